import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { eventually, invoiceOf, RunningSystem, type TenantOf, WebhookEvent } from './running-system.ts';

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start();
}, 120_000);
afterAll(() => system.stop());

async function replay(tenant: TenantOf, eventId: string) {
  const { status, body } = await tenant.api('POST', `/integrations/stripe/webhook-events/${eventId}/replay`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return v.parse(WebhookEvent, body);
}

test('what came while the connection was off is settled once, by replay or by itself', async () => {
  const tenant = await system.newTenant();
  await tenant.connect();
  const invoice = invoiceOf();
  const { payment_link } = await tenant.finalize(invoice);
  await tenant.api('PATCH', '/integrations/stripe', { is_active: false });
  await system.pay(payment_link?.id ?? '');
  const eventIds = await eventually(async () => {
    const events = await tenant.events();
    expect(events.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
    return events.map(({ event_id }) => event_id);
  });

  for (const id of eventIds)
    expect(await replay(tenant, id)).toMatchObject({ status: 'skipped', deliveries: 1 });
  expect(await tenant.invoice(invoice.invoice_id)).toMatchObject({ status: 'FINALIZED', payments: [] });

  await tenant.api('PATCH', '/integrations/stripe', { is_active: true });
  const replayed = await Promise.all(eventIds.map((id) => replay(tenant, id)));
  expect(replayed.map(({ status }) => status).toSorted()).toEqual(['applied', 'recorded']);
  expect(replayed.map(({ deliveries }) => deliveries)).toEqual([1, 1]);
  const paid = await tenant.invoice(invoice.invoice_id);
  expect(paid).toMatchObject({ status: 'PAID', amount_paid: invoice.amount_due, attention: [] });

  const again = await Promise.all(eventIds.map((id) => replay(tenant, id)));
  expect(again.map(({ status }) => status)).toEqual(replayed.map(({ status }) => status));
  expect(await tenant.invoice(invoice.invoice_id)).toEqual(paid);
});

test('an event that never came cannot be replayed', async () => {
  const tenant = await system.newTenant();
  await tenant.connect();
  expect(await tenant.api('POST', '/integrations/stripe/webhook-events/evt_none/replay')).toMatchObject({
    status: 404,
    body: { code: 'webhook_event_not_found' },
  });
});
