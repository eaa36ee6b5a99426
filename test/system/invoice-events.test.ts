import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { EventDetail } from '../../functions/adapters/eventbridge/event-detail.ts';
import { eventually, invoiceOf, RunningSystem, type TenantOf } from './running-system.ts';

const Events = v.array(
  v.strictObject({
    id: v.string(),
    type: v.string(),
    source: v.literal('fluxrate.invoices'),
    bus: v.literal('fluxrate-local'),
    time: v.string(),
    detail: EventDetail,
  }),
);

const dataDir = mkdtempSync(join(tmpdir(), 'fluxrate-events-'));
let system: RunningSystem;
let tenant: TenantOf;

beforeAll(async () => {
  system = await RunningSystem.start({ DATA_DIR: dataDir });
  tenant = await system.newTenant();
  await tenant.connect();
}, 120_000);

afterAll(async () => {
  await system.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Of one invoice, the oldest first. */
async function eventsOf(invoiceId: string, from = system) {
  const text = await (await fetch(`${from.url}/_local/events`)).text();
  const events = v.parse(Events, JSON.parse(text));
  return events.filter(({ detail }) => detail.invoice.invoice_id === invoiceId).toReversed();
}

/** The ids, each once. */
const idsOf = async (invoiceId: string, from = system) => [
  ...new Set((await eventsOf(invoiceId, from)).map(({ id }) => id)),
];

async function finalizedAndPaid() {
  const invoice = invoiceOf();
  const { payment_link: link } = await tenant.finalize(invoice);
  await system.pay(link?.id ?? '');
  const { created_at } = await tenant.paidInvoice(invoice.invoice_id);
  const id = (version: number, type: string) =>
    [tenant.orgId, 'prod', invoice.invoice_id, created_at, version, type].join('/');
  return { invoice, link, ids: [id(2, 'invoice.finalized'), id(3, 'invoice.paid')] };
}

const fault = (kind: string, times: number) =>
  system.post(`${system.awsUrl}/_test/faults`, { service: 'events', operation: 'PutEvents', kind, times });

describe('an invoice that is finalized and paid', () => {
  test('is told on the bus as finalized, then as paid, and names nobody', async () => {
    const { invoice, link, ids } = await finalizedAndPaid();
    const events = await eventually(async () => {
      const found = await eventsOf(invoice.invoice_id);
      expect(found.map(({ id }) => id)).toEqual(ids);
      return found;
    });
    expect(events.map(({ type }) => type)).toEqual(['invoice.finalized', 'invoice.paid']);
    expect(events.map(({ detail }) => [detail.id, detail.type])).toEqual(
      events.map(({ id, type }) => [id, type]),
    );
    expect(events[1]?.detail).toMatchObject({
      org_id: tenant.orgId,
      env_id: 'prod',
      invoice: {
        customer_id: 'cus_1',
        amount_due: 129900,
        amount_paid: 129900,
        status: 'PAID',
        attention: [],
      },
    });
    const said = JSON.stringify(events);
    for (const secret of [
      invoice.customer.email,
      invoice.customer.name,
      link?.url,
      link?.id,
      tenant.secretKey,
    ]) {
      expect(said).not.toContain(secret);
    }
  });

  test.each([
    ['refuses', 'throttle'],
    ['breaks', '500'],
    ['drops the connection before it has taken them', 'before'],
    ['drops the connection after it has taken them', 'after'],
  ])('is told under exactly those ids, where EventBridge %s', async (_, kind) => {
    await fault(kind, 6);
    const { invoice, ids } = await finalizedAndPaid();
    await eventually(async () => expect(await idsOf(invoice.invoice_id)).toEqual(ids));
  });
});

test('a declined card is told as a failed payment, and its payment is named', async () => {
  const invoice = invoiceOf();
  const { payment_link: link } = await tenant.finalize(invoice);
  const { payment_intent } = await system.pay(link?.id ?? '', 'declined');
  await eventually(async () => {
    const details = (await eventsOf(invoice.invoice_id)).map(({ detail }) => detail);
    expect(details).toMatchObject([
      { type: 'invoice.finalized' },
      {
        type: 'invoice.payment_failed',
        invoice: { status: 'FINALIZED' },
        payment: { provider_payment_id: payment_intent, amount: 129900, currency: 'USD', status: 'failed' },
      },
    ]);
  });
});

test('what was not told before a kill -9 is told after the restart, and what was told is still listed', async () => {
  const told = await finalizedAndPaid();
  await eventually(async () => expect(await idsOf(told.invoice.invoice_id)).toEqual(told.ids));
  await fault('throttle', 10_000);
  const untold = await finalizedAndPaid();
  expect(await idsOf(untold.invoice.invoice_id)).toEqual([]);
  await system.stop('SIGKILL');

  system = await RunningSystem.start({ DATA_DIR: dataDir });
  await eventually(async () => expect(await idsOf(untold.invoice.invoice_id)).toEqual(untold.ids));
  expect(await idsOf(told.invoice.invoice_id)).toEqual(told.ids);
}, 120_000);
