import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, readBody } from '../../../lib/local/listen.ts';
import { atEnd } from '../../support/at-end.ts';
import type { System } from '../../support/system.ts';
import type { ConnectedTenant } from '../../support/tenant.ts';

const SERVICES = { TrentService: 'kms', DynamoDB_20120810: 'dynamodb' } as const;
const AWS_KINDS = ['before', 'after', 'throttle', '500'] as const;
const STRIPE_KINDS = ['before', 'after', '500', '429', '409'] as const;

/** How a tenant's n-th request goes wrong. From there on: none of those that follow gets through, repetitions among them. */
export type WireFault = {
  readonly request: number;
  readonly kind: (typeof AWS_KINDS | typeof STRIPE_KINDS)[number];
  readonly lasts: 'once' | 'from there on';
};

/** Every fault on the way of these requests. */
export const wireFaultsOf = (requests: readonly string[]): readonly WireFault[] =>
  requests.flatMap((name, index) =>
    (name.startsWith('stripe') ? STRIPE_KINDS : AWS_KINDS).flatMap((kind) =>
      (['once', 'from there on'] as const).map((lasts) => ({ request: index + 1, kind, lasts })),
    ),
  );

/** As a failing test names it. */
export function nameOf(fault: WireFault | null, requests: readonly string[]): string {
  return fault
    ? `${fault.kind} ${fault.request}, ${requests[fault.request - 1]}, ${fault.lasts}`
    : 'no fault';
}

/** The requests up to the one that met the fault. */
export function metBy(requests: readonly string[], fault: WireFault | null): readonly string[] {
  return requests.slice(0, fault?.request);
}

type Watch = { readonly tenant: ConnectedTenant; readonly fault: WireFault | null; readonly seen: string[] };
type Named = { readonly name: string; readonly arrange: (watch: Watch) => Promise<void> };

/** Puts itself between the functions that start from now on and the stand-ins. A request tells whose it is by what it says. */
export async function startWire({ aws, stripe }: System) {
  const watches = new Set<Watch>();
  const between = async (target: string, nameOf: (request: IncomingMessage, body: string) => Named) => {
    const server = await listen(0, async (request, response) => {
      const body = (await readBody(request)).toString();
      const says = `${body} ${request.headers.authorization}`;
      const watch = [...watches].find(
        ({ tenant }) => says.includes(tenant.orgId) || says.includes(tenant.secretKey),
      );
      const { name, arrange } = nameOf(request, body);
      const place = watch?.seen.push(name) ?? 0;
      const fault = watch?.fault;
      const isHere = place === fault?.request;
      const isLater = fault?.lasts === 'from there on' && place > fault.request;
      if (isLater || (isHere && fault.kind === 'before')) return void response.destroy();
      if (watch && isHere && fault.kind !== 'after') await arrange(watch);
      await pass(target, request, body, response, isHere && fault.kind === 'after');
    });
    atEnd(server.close);
    return `http://127.0.0.1:${server.port}`;
  };

  process.env['AWS_ENDPOINT_URL'] = await between(aws.endpoint, (request, body) => {
    const [prefix = '', target] = String(request.headers['x-amz-target'] ?? '').split('.');
    const service = isService(prefix) ? SERVICES[prefix] : 'ses';
    const operation = target ?? new URLSearchParams(body).get('Action') ?? '';
    return {
      name: `${service} ${operation}`,
      arrange: async ({ tenant, fault }) => {
        const kind = AWS_KINDS.find((known) => known === fault?.kind);
        if (kind) await aws.fault({ service, operation, kind, times: 1, contains: tenant.orgId });
      },
    };
  });
  process.env['STRIPE_API_BASE'] = await between(stripe.url, ({ method = 'GET', url = '/' }) => {
    const [path = '/'] = url.split('?');
    return {
      name: `stripe ${method} ${path}`,
      arrange: async ({ tenant, fault }) => {
        const kind = STRIPE_KINDS.find((known) => known === fault?.kind);
        if (kind) await stripe.fault({ path, method, kind, times: 1, contains: tenant.secretKey });
      },
    };
  });

  return {
    /** What `act` gives with that fault, and the requests that it made, as `dynamodb GetItem` or `stripe POST /v1/…`. */
    async during<T>(tenant: ConnectedTenant, fault: WireFault | null, act: () => Promise<T>) {
      const watch: Watch = { tenant, fault, seen: [] };
      watches.add(watch);
      const answer = await act().finally(() => watches.delete(watch));
      return { answer, requests: watch.seen };
    },
  };
}

function isService(prefix: string): prefix is keyof typeof SERVICES {
  return prefix in SERVICES;
}

/** Set by whoever sends. */
const OF_A_CONNECTION = new Set(['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']);
const passedOn = (headers: Iterable<[string, unknown]>) =>
  Object.fromEntries(
    [...headers].flatMap(([name, value]) => (OF_A_CONNECTION.has(name) ? [] : [[name, String(value)]])),
  );

async function pass(
  target: string,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: string,
  response: ServerResponse,
  isAnswerLost: boolean,
): Promise<void> {
  try {
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const sent = { method, headers: passedOn(Object.entries(headers)), ...(hasBody && { body }) };
    const answer = await fetch(new URL(url, target), sent);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (isAnswerLost) response.destroy();
    else response.writeHead(answer.status, passedOn(answer.headers)).end(bytes);
  } catch {
    response.destroy();
  }
}
