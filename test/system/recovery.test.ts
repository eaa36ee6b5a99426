import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import Stripe from 'stripe';
import * as v from 'valibot';
import { atEnd } from '../support/at-end.ts';
import { eventually, invoiceOf, RunningSystem } from './running-system.ts';

/** A look at an unpaid link ten seconds after its e-mail, and a sweep every ten seconds. */
const WITHIN_A_SWEEP_MS = 40_000;
/** And what somebody held who is gone is free after half a minute. */
const AFTER_THE_CLAIM_MS = 80_000;
const Events = v.object({ data: v.array(v.object({ id: v.string(), type: v.string() })) });

async function running(environment: NodeJS.ProcessEnv = {}): Promise<RunningSystem> {
  const system = await RunningSystem.start(environment);
  atEnd(() => system.stop());
  return system;
}

test('case 13: a payment whose webhook is never delivered pays within a sweep, and the event that comes later changes nothing', async () => {
  const system = await running();
  const tenant = await system.newTenant();
  await tenant.connect();
  const invoice = invoiceOf();
  const { payment_link } = await tenant.finalize(invoice);
  await system.post(`${system.stripeUrl}/_test/deliveries`, { enabled: false });
  const { event_ids } = await system.pay(payment_link?.id ?? '');

  const paid = await eventually(async () => {
    const found = await tenant.invoice(invoice.invoice_id);
    expect(found).toMatchObject({ status: 'PAID', amount_paid: invoice.amount_due, attention: [] });
    expect(found.payment_link?.active).toBe(false);
    return found;
  }, WITHIN_A_SWEEP_MS);
  expect(await tenant.events()).toEqual([]);

  await system.post(`${system.stripeUrl}/_test/deliveries`, { enabled: true });
  await eventually(async () => {
    const events = await tenant.events();
    expect(event_ids).toEqual(expect.arrayContaining(events.map(({ event_id }) => event_id)));
    expect(events.map(({ status }) => status)).toEqual(['recorded', 'recorded']);
  });
  expect(await tenant.invoice(invoice.invoice_id)).toEqual({
    ...paid,
    updated_at: expect.any(String),
  });
}, 300_000);

test('case 25: killed between link and e-mail, and started again on its data: the sweeper sends the one e-mail', async () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'fluxrate-recovery-'));
  atEnd(async () => rmSync(DATA_DIR, { recursive: true, force: true }));
  const first = await running({ DATA_DIR });
  const tenant = await first.newTenant();
  await tenant.connect();
  // SES asks for patience, and finalize has it for some seconds: in these it holds the e-mail, and has not sent it.
  await first.post(`${first.awsUrl}/_test/faults`, {
    service: 'ses',
    operation: 'SendEmail',
    kind: 'throttle',
    times: 1_000,
  });
  const invoice = invoiceOf();
  const cutOff = tenant.finalize(invoice).then(
    () => 'answered',
    () => 'cut off',
  );
  const payment_link = await eventually(async () => {
    const found = await tenant.invoice(invoice.invoice_id);
    expect(found).toMatchObject({ email: { status: 'pending' }, payment_link: { active: true } });
    return found.payment_link;
  });
  await first.stop('SIGKILL');
  expect(await cutOff).toBe('cut off');

  const second = await running({ DATA_DIR });
  const again = await second.newTenant(tenant);
  const sent = await eventually(async () => {
    const found = await again.invoice(invoice.invoice_id);
    expect(found).toMatchObject({ status: 'FINALIZED', email: { status: 'sent' }, payment_link });
    return found;
  }, AFTER_THE_CLAIM_MS);
  expect(await second.emailsTo(invoice.customer.email)).toHaveLength(1);
  expect(await again.finalize(invoice)).toEqual(sent);
  const stripe = new Stripe(tenant.secretKey, { host: 'localhost', port: second.port + 1, protocol: 'http' });
  const links = v.parse(Events, await stripe.events.list({ type: 'payment_link.created' }));
  expect(links.data).toHaveLength(1);
}, 300_000);
