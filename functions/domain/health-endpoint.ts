import { validWebhookSecrets } from './connection.ts';
import { fail, type HealthFacts, needsKey, pass, type Verdict, warn } from './health-check.ts';
import type { EndpointFound } from './webhook-endpoint.ts';
import { EVENT_TYPES, type EventType } from './webhook-event.ts';

/** Enough for an invoice to be marked as paid. */
const ESSENTIAL: ReadonlySet<EventType> = new Set([
  'checkout.session.completed',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
]);

const MEND = 'POST …/integrations/stripe/webhook-endpoint mends it.';
const unreadable = warn(
  'The key may not read webhook endpoints. Compare the webhook URL and the events in Stripe Dashboard → Developers → Webhooks, or give the key Webhook Endpoints (write).',
);

export function webhookEndpoint(facts: HealthFacts): Verdict {
  const { connection, endpoints, webhookUrl, now } = facts;
  if (facts.key.kind === 'unknown') return needsKey;
  if (!endpoints) return unreadable;

  const endpoint = endpointOf(facts);
  if (!endpoint) {
    return fail(
      `No webhook endpoint at Stripe has the URL ${webhookUrl}. Add it in Stripe Dashboard → Developers → Webhooks, exactly as shown, or let us: ${MEND}`,
    );
  }
  if (endpoint.url !== webhookUrl) {
    return fail(`The webhook endpoint ${endpoint.id} delivers elsewhere than to ${webhookUrl}. ${MEND}`);
  }
  if (!endpoint.isEnabled) {
    return fail(
      `The webhook endpoint ${endpoint.id} is disabled at Stripe. Enable it in Stripe Dashboard → Developers → Webhooks, or let us: ${MEND}`,
    );
  }
  if (validWebhookSecrets(connection, now).length === 0) {
    return fail(
      `The webhook endpoint ${endpoint.id} is there, but its Signing secret (starts with whsec_) is not saved here. Save it, or let us make an endpoint: ${MEND}`,
    );
  }
  const others = endpoints.filter(({ id, url }) => id !== endpoint.id && url === webhookUrl);
  if (others.length > 0) {
    const ids = others.map(({ id }) => id).join(', ');
    return warn(
      `More than one webhook endpoint has this URL: besides ${endpoint.id} also ${ids}. Keep the one whose Signing secret is saved here, and remove the others in Stripe Dashboard → Developers → Webhooks.`,
    );
  }
  return pass(`The webhook endpoint ${endpoint.id} is enabled, and delivers to the webhook URL.`);
}

export function eventsSubscribed(facts: HealthFacts): Verdict {
  if (facts.key.kind === 'unknown') return needsKey;
  if (!facts.endpoints) return unreadable;
  const endpoint = endpointOf(facts);
  if (!endpoint) return fail('There is no webhook endpoint yet, so no event is subscribed.');

  const subscribed = new Set(endpoint.events);
  const missing = subscribed.has('*') ? [] : EVENT_TYPES.filter((type) => !subscribed.has(type));
  if (missing.length === 0) return pass('Every event that is needed is in the subscribed events list.');

  const detail = `Not in the subscribed events list: ${missing.join(', ')}. Add what is missing in Stripe Dashboard → Developers → Webhooks.`;
  return missing.some((type) => ESSENTIAL.has(type))
    ? fail(`${detail} Without it, invoices are not marked as paid in time.`)
    : warn(`${detail} Without it, delayed payments, refunds or disputes are noticed late.`);
}

/** The one that was made for the connection, or the one that a person made for its URL. */
function endpointOf({ connection, endpoints, webhookUrl }: HealthFacts): EndpointFound | undefined {
  const managedId = connection.webhookEndpoint?.managed ? connection.webhookEndpoint.id : undefined;
  const atUrl = endpoints?.filter(({ url }) => url === webhookUrl) ?? [];
  return (
    endpoints?.find(({ id }) => id === managedId) ?? atUrl.find(({ isEnabled }) => isEnabled) ?? atUrl[0]
  );
}
