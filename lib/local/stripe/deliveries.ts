import { type Clock, seconds } from './backend.ts';
import { subscribers, withPending } from './events.ts';
import { createPoster } from './post.ts';
import { signatureHeader } from './signature.ts';
import type { Delivery, EndpointRow, EventRow, World } from './world.ts';

export type Attempt = { endpoint: string; status: number | null };

export type Deliverer = {
  /** Sends a recorded event to its endpoints, all at once, and again until they take it. */
  deliver(eventId: string): void;
  /** Sends it once more to every endpoint that subscribes to it now. */
  resend(event: EventRow): Promise<Attempt[]>;
  /** Takes up what an earlier process left undelivered. */
  resume(): void;
  /** While it is off, nothing is sent but what is resent; what is pending then is sent once it is on again. */
  enable(enabled: boolean): void;
  isEnabled(): boolean;
  close(): void;
};

type Parts = { world: World; now: Clock; retryDelaysMs: readonly number[] };

/** Webhook deliveries: signed, in no particular order, retried with growing delays. */
export function createDeliverer({ world, now, retryDelaysMs }: Parts): Deliverer {
  const poster = createPoster();
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<string>();
  let enabled = true;
  let closed = false;

  function schedule(eventId: string, endpointId: string, at: number): void {
    if (!enabled) return;
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        void attempt(eventId, endpointId);
      },
      Math.max(0, at - now()),
    );
    timers.add(timer);
  }

  async function attempt(eventId: string, endpointId: string): Promise<void> {
    const event = world.events.find(eventId);
    const endpoint = world.endpoints.find(endpointId);
    const delivery = event?.deliveries.find(({ endpoint }) => endpoint === endpointId);
    // Null: a resend was faster.
    if (!event || !delivery || delivery.next_attempt_at === null) return;
    // As at Stripe, an endpoint that is gone or disabled when its turn comes gets no further try.
    if (endpoint?.object.status !== 'enabled') return note(eventId, endpointId, { next_attempt_at: null });
    const id = `${eventId} ${endpointId}`;
    if (underWay.has(id)) return;
    underWay.add(id);
    await send(event, endpoint, true).finally(() => underWay.delete(id));
  }

  async function send(event: EventRow, endpoint: EndpointRow, retry: boolean): Promise<Attempt> {
    const payload = payloadFor(event, endpoint);
    const status = await poster.post(endpoint.object.url, payload, {
      accept: '*/*; q=0.5, application/xml',
      'cache-control': 'no-cache',
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': signatureHeader(payload, secretsInForce(endpoint, now()), seconds(now)),
    });
    const result = { endpoint: endpoint.object.id, status };
    if (closed) return result;
    if (status !== null && status >= 200 && status < 300) {
      note(event.object.id, endpoint.object.id, { delivered: true, next_attempt_at: null });
    } else if (retry) {
      tryLater(event.object.id, endpoint.object.id);
    }
    return result;
  }

  function tryLater(eventId: string, endpointId: string): void {
    const event = world.events.find(eventId);
    const delivery = event?.deliveries.find(({ endpoint }) => endpoint === endpointId);
    if (!delivery) return;
    const delay = retryDelaysMs[delivery.attempts];
    const next = delay === undefined ? null : now() + delay;
    note(eventId, endpointId, { attempts: delivery.attempts + 1, next_attempt_at: next });
    if (next !== null) schedule(eventId, endpointId, next);
  }

  function note(eventId: string, endpointId: string, change: Partial<Delivery>): void {
    const event = world.events.find(eventId);
    if (!event) return;
    const deliveries = event.deliveries.map((delivery) =>
      delivery.endpoint === endpointId ? { ...delivery, ...change } : delivery,
    );
    world.events.put(eventId, { ...event, deliveries, object: withPending(event.object, deliveries) });
  }

  function deliver(eventId: string): void {
    for (const { endpoint, next_attempt_at } of world.events.find(eventId)?.deliveries ?? []) {
      if (next_attempt_at !== null) schedule(eventId, endpoint, next_attempt_at);
    }
  }

  function stopTimers(): void {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  }

  function resume(): void {
    for (const { object } of world.events.all()) deliver(object.id);
  }

  return {
    deliver,
    resume,
    isEnabled: () => enabled,
    enable: (wanted) => {
      if (wanted === enabled) return;
      enabled = wanted;
      stopTimers();
      if (enabled) resume();
    },
    resend: (event) => {
      const endpoints = subscribers(world, event.scope, event.object.type);
      return Promise.all(endpoints.map((endpoint) => send(event, endpoint, false)));
    },
    close: () => {
      closed = true;
      stopTimers();
      poster.close();
    },
  };
}

/** Pretty-printed, as Stripe does it, and of the version that the endpoint asked for. */
function payloadFor({ object }: EventRow, endpoint: EndpointRow): string {
  return JSON.stringify(
    { ...object, api_version: endpoint.object.api_version ?? object.api_version },
    null,
    2,
  );
}

function secretsInForce(endpoint: EndpointRow, now: number): string[] {
  return endpoint.secrets
    .filter(({ expires_at }) => expires_at === null || expires_at > now)
    .map(({ value }) => value);
}
