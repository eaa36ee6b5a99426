import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { type Contract, noBody } from '../../functions/http/contract.ts';
import { contracts } from '../../functions/http/contracts.ts';
import { type Route, type RouteName, routes } from '../../functions/http/routes.ts';
import { type Answer, eventually, invoiceOf, RunningSystem, type TenantOf } from './running-system.ts';

/** Everything there is to name in one tenant's environment. */
type Belongings = {
  readonly tenant: TenantOf;
  readonly invoice_id: string;
  readonly event_id: string;
  /** Of each list, the cursor of its second page. */
  readonly cursors: Readonly<Record<'invoices' | 'events', string>>;
};

/** Everywhere in what the victim owns, and nowhere else. */
const MARK = 'VictimVera';

let system: RunningSystem;
let attacker: Belongings;
/** The same organisation's other environment. */
let sibling: Belongings;
let victim: Belongings;

beforeAll(async () => {
  system = await RunningSystem.start();
  attacker = await settle(await system.newTenant(), 'Mallory');
  sibling = await settle(await system.newTenant({ orgId: attacker.tenant.orgId, envId: 'dev' }), MARK);
  victim = await settle(await system.newTenant({ envId: 'vault' }), MARK);
  await Promise.all([attacker, sibling, victim].map(untilQuiet));
}, 120_000);
afterAll(() => system.stop());

/** Two invoices, of which one is paid, and the events of that. */
async function settle(tenant: TenantOf, name: string): Promise<Belongings> {
  await tenant.connect();
  const customer = { name, email: `${name}@example.com` };
  const paid = invoiceOf({ customer, memo: name });
  const { payment_link } = await tenant.finalize(paid);
  await tenant.finalize(invoiceOf({ customer, memo: name }));
  await system.pay(payment_link?.id ?? '');
  await tenant.paidInvoice(paid.invoice_id);
  const events = await eventually(async () => {
    const found = await tenant.events();
    expect(found).toHaveLength(2);
    return found;
  });
  return {
    tenant,
    invoice_id: paid.invoice_id,
    event_id: events[0]?.event_id ?? '',
    cursors: {
      invoices: await cursorOf(tenant, '/invoices'),
      events: await cursorOf(tenant, '/integrations/stripe/webhook-events'),
    },
  };
}

/** Until the sweeper has closed the link of what was paid: then nothing changes by itself any more. */
async function untilQuiet({ tenant, invoice_id }: Belongings): Promise<void> {
  await eventually(async () => {
    expect((await tenant.invoice(invoice_id)).payment_link).toMatchObject({ active: false });
  }, 40_000);
}

async function cursorOf(tenant: TenantOf, list: string): Promise<string> {
  const { body } = await tenant.api('GET', `${list}?limit=1`);
  return v.parse(v.object({ next_cursor: v.string() }), body).next_cursor;
}

/** A body that each route takes: what is refused is then not refused for its form. */
const { invoice_id: _, ...invoice } = invoiceOf({ memo: 'Mine' });
const bodies: Readonly<Record<string, object | undefined>> = {
  'connect-stripe': { name: 'Mine', secret_key: 'pk_test_of_nobody' },
  'update-connection': { name: 'Mine now' },
  'finalize-invoice-route': invoice,
  'acknowledge-invoice': { attention: ['refunded'] },
};

const isRouteName = (name: string): name is RouteName => name in routes;
const managed = Object.keys(routes)
  .filter(isRouteName)
  .filter((name) => 'scope' in routes[name]);

type Attempt = {
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly body?: object | undefined;
  /** Some ids are the caller's to choose, and then name something of its own. */
  readonly expected: 'not_found' | 'refused' | 'empty' | 'own';
};

/** Every way to name something foreign at one route, with the attacker's own token. */
function* attempts(name: RouteName): Generator<Attempt> {
  const route: Route = routes[name];
  const contract: Contract = contracts[name];
  const { method } = route;
  const own = attacker;
  const body = contract.body === noBody ? undefined : bodies[name];
  if (contract.body !== noBody && !body) throw new Error(`say what a body of ${name} may be`);
  const place = (changes: Readonly<Record<string, string>>, query: Readonly<Record<string, string>> = {}) => {
    const ids = { env_id: own.tenant.envId, invoice_id: own.invoice_id, event_id: own.event_id, ...changes };
    const path = route.path.replace(/\{(\w+)\}/g, (_, id: string) => {
      const value = Object.entries(ids).find(([key]) => key === id)?.[1];
      if (value === undefined) throw new Error(`say what a foreign ${id} is`);
      return encodeURIComponent(value);
    });
    // Whoever is let in by mistake does all the harm there is.
    const confirmed = 'confirm' in contract.query ? { confirm: 'true', ...query } : query;
    const text = new URLSearchParams(confirmed).toString();
    return text ? `${path}?${text}` : path;
  };
  const lists = 'cursor' in contract.query;
  const at = (kind: string, path: string, expected: Attempt['expected'], sent = body): Attempt => ({
    kind: `${name}: ${kind}`,
    method,
    path,
    body: sent,
    expected,
  });

  for (const [whose, theirs] of [
    ["another tenant's", victim],
    ["the other environment's", sibling],
  ] as const) {
    const { invoice_id, event_id, cursors, tenant } = theirs;
    if (route.path.includes('{invoice_id}')) {
      yield at(
        `${whose} invoice`,
        place({ invoice_id }),
        name === 'finalize-invoice-route' ? 'own' : 'not_found',
      );
    }
    if (route.path.includes('{event_id}')) yield at(`${whose} event`, place({ event_id }), 'not_found');
    if ('invoice_id' in contract.query)
      yield at(`${whose} invoice in the filter`, place({}, { invoice_id }), 'empty');
    for (const [list, cursor] of lists ? Object.entries(cursors) : []) {
      yield at(`${whose} cursor of ${list}`, place({}, { cursor }), 'not_found');
    }
    yield at(`${whose} org_id in the query`, place({}, { org_id: tenant.orgId }), 'refused');
    yield at(`${whose} env_id in the query`, place({}, { env_id: tenant.envId }), 'refused');
    if (body) {
      yield at(`${whose} org_id in the body`, place({}), 'refused', { ...body, org_id: tenant.orgId });
      yield at(`${whose} env_id in the body`, place({}), 'refused', { ...body, env_id: tenant.envId });
      yield at(`${whose} invoice_id in the body`, place({}), 'refused', { ...body, invoice_id });
    }
  }
  const { invoice_id, event_id, tenant } = victim;
  const there = { env_id: tenant.envId, invoice_id, event_id };
  // To connect there is to connect an environment of one's own, by the same name.
  const expected = lists ? 'empty' : name === 'connect-stripe' ? 'refused' : 'not_found';
  yield at("another tenant's environment, and all that is in it", place(there), expected);
  if (lists) {
    for (const cursor of Object.values(victim.cursors)) {
      yield at("another tenant's cursor in its environment", place(there, { cursor }), 'not_found');
    }
  }
  yield at(
    'a tenant within the environment',
    place({ env_id: `${attacker.tenant.envId}#T#${tenant.orgId}` }),
    'refused',
  );
}

function isRefused({ expected }: Attempt, { status, body }: Answer): boolean {
  switch (expected) {
    case 'not_found':
      return status === 404;
    case 'refused':
      return status === 404 || status === 409 || status === 422;
    case 'own':
      return status === 200;
    case 'empty':
      return status === 200 && JSON.stringify(body) === '{"data":[],"next_cursor":null}';
  }
}

/** What its owner sees of it, and what Stripe and its customers have. */
async function everythingOf({ tenant }: Belongings): Promise<unknown> {
  const connection = await tenant.api('GET', '/integrations/stripe');
  const { last_signature_failure_at: _, ...ofConnection } = Object(connection.body);
  return {
    connection: ofConnection,
    invoices: (await tenant.api('GET', '/invoices?limit=100')).body,
    events: (await tenant.api('GET', '/integrations/stripe/webhook-events?limit=100')).body,
    links: (await tenant.stripe.paymentLinks.list({ limit: 100 })).data,
    endpoints: (await tenant.stripe.webhookEndpoints.list({ limit: 100 })).data,
    emails: await system.emailsTo(`${MARK}@example.com`),
  };
}

test('case 40: no route gives, changes or betrays what is not the caller’s', async () => {
  const before = [await everythingOf(victim), await everythingOf(sibling)];
  const authorization = `Bearer ${attacker.tenant.token}`;
  const headers = { authorization, 'content-type': 'application/json' };
  let tried = 0;
  const let_in: string[] = [];
  // What makes something of the caller's own, under an id that is somebody else's as well, comes last.
  const all = managed
    .flatMap((name) => [...attempts(name)])
    .toSorted((one, other) => Number(one.expected === 'own') - Number(other.expected === 'own'));
  for (const attempt of all) {
    const { kind, method, path, body } = attempt;
    const answer = await system.callApi(path, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    tried += 1;
    const said = JSON.stringify(answer.body);
    if (!isRefused(attempt, answer) || said.includes(MARK) || said.includes(victim.tenant.orgId)) {
      let_in.push(`${kind}: ${method} ${path} → ${answer.status} ${said}`);
    }
  }
  expect(let_in).toEqual([]);
  expect(managed.length).toBeGreaterThan(10);
  expect([await everythingOf(victim), await everythingOf(sibling)]).toEqual(before);
  process.stdout.write(`${managed.length} routes × foreign ids tried: ${tried}, all refused\n`);
});

describe('the webhook', () => {
  /** The attacker's own event, with what it is to be in place of what it was. */
  async function forged(changes: Readonly<Record<string, string>>): Promise<string> {
    const event = await attacker.tenant.stripe.events.retrieve(attacker.event_id);
    const mine = attacker.tenant;
    const payload = JSON.stringify({ ...event, id: `evt_forged_${Object.keys(changes).join('_')}` });
    return payload
      .replaceAll(`"org_id":"${mine.orgId}"`, `"org_id":"${changes['org_id'] ?? mine.orgId}"`)
      .replaceAll(`"env_id":"${mine.envId}"`, `"env_id":"${changes['env_id'] ?? mine.envId}"`)
      .replaceAll(`"${attacker.invoice_id}"`, `"${changes['invoice_id'] ?? attacker.invoice_id}"`);
  }

  const deliver = (path: string, payload: string, secret: string) => {
    const header = attacker.tenant.stripe.webhooks.generateTestHeaderString({ payload, secret });
    const headers = { 'content-type': 'application/json', 'stripe-signature': header };
    return system.callApi(path, { method: 'POST', headers, body: payload });
  };

  test('case 11: takes no tenant’s signature at another’s address', async () => {
    const before = [await everythingOf(victim), await everythingOf(sibling)];
    const payload = await forged({});
    for (const { tenant } of [victim, sibling]) {
      const { pathname } = new URL(tenant.webhookUrl);
      expect(await deliver(pathname, payload, attacker.tenant.webhookSecret)).toMatchObject({ status: 400 });
    }
    const nowhere = `/api/v1/webhooks/stripe/tenant_${attacker.tenant.orgId}/${victim.tenant.envId}`;
    expect(await deliver(nowhere, payload, attacker.tenant.webhookSecret)).toMatchObject({ status: 404 });
    expect([await everythingOf(victim), await everythingOf(sibling)]).toEqual(before);
  });

  test('case 19: takes no tenant’s word for what is another’s', async () => {
    const before = [await everythingOf(victim), await everythingOf(sibling)];
    for (const changes of [
      { org_id: victim.tenant.orgId },
      { env_id: sibling.tenant.envId },
      { invoice_id: victim.invoice_id },
      { org_id: victim.tenant.orgId, env_id: victim.tenant.envId, invoice_id: victim.invoice_id },
    ]) {
      const { status, body } = await attacker.tenant.deliver(await forged(changes));
      expect([status, Object(body).status]).toEqual([200, expect.stringMatching(/^(rejected|unmatched)$/)]);
    }
    expect([await everythingOf(victim), await everythingOf(sibling)]).toEqual(before);
  });
});
