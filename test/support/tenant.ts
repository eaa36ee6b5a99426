import * as v from 'valibot';
import type { Tenant } from '../../functions/domain/tenant.ts';
import { aTenant, unique } from './samples.ts';
import { callRoute, type HttpAnswer, readAnswer, type System, webhookEvent } from './system.ts';

const Finalized = v.looseObject({
  invoice_id: v.string(),
  payment_link: v.object({ id: v.string(), url: v.string() }),
});
const Event = v.looseObject({ id: v.string(), type: v.string() });

/** A tenant that has connected its Stripe account, through the functions themselves. */
export type ConnectedTenant = Tenant & { readonly secretKey: string; readonly webhookSecret: string };

export async function connect(system: System, { withWebhookSecret = true } = {}): Promise<ConnectedTenant> {
  const tenant = aTenant();
  const name = unique('acme').replaceAll(/\W/g, '');
  const secrets = { secretKey: `sk_test_${name}_1`, webhookSecret: `whsec_${name}` };
  const answer = await callRoute(system, 'connect-stripe', {
    ...tenant,
    body: {
      name: 'Stripe',
      secret_key: secrets.secretKey,
      ...(withWebhookSecret && { webhook_secret: secrets.webhookSecret }),
    },
  });
  if (answer.status !== 201) throw new Error(`not connected: ${answer.text}`);
  return { ...tenant, ...secrets };
}

/** An invoice as the platform sends it. */
export function invoiceBody(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    invoice_number: 'INV-1',
    customer_id: 'cus_1',
    customer: { name: 'Jane Doe', email: 'jane@example.com' },
    currency: 'USD',
    amount_due: 129_900,
    due_date: '2026-04-01',
    ...changes,
  };
}

/** What the finalize function is invoked with. */
export function finalizePayload({ orgId, envId }: Tenant, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    org_id: orgId,
    env_id: envId,
    invoice: { invoice_id: unique('inv'), ...invoiceBody(), ...changes },
  };
}

export type PaidInvoice = {
  readonly invoiceId: string;
  readonly paymentId: string;
  readonly session: string;
  readonly intent: string;
};

/** An invoice that was finalized and paid at Stripe, with the events that Stripe has for us, to the byte. */
export async function pay(
  { start, stripe }: System,
  tenant: ConnectedTenant,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<PaidInvoice> {
  const finalize = await start('finalize-invoice');
  const invoice = v.parse(Finalized, await finalize(finalizePayload(tenant, changes)));
  const paid = await stripe.pay(invoice.payment_link.id, 'paid');
  const bodies = await Promise.all(
    paid.event_ids.map((id) => stripe.read(`/v1/events/${id}`, tenant.secretKey)),
  );
  const ofType = (type: string): string => {
    const body = bodies.find((text) => v.parse(Event, JSON.parse(text)).type === type);
    if (body === undefined) throw new Error(`there is no ${type}`);
    return body;
  };
  return {
    invoiceId: invoice.invoice_id,
    paymentId: paid.payment_intent,
    session: ofType('checkout.session.completed'),
    intent: ofType('payment_intent.succeeded'),
  };
}

/** An event's id. */
export function idOf(event: string): string {
  return v.parse(Event, JSON.parse(event)).id;
}

/** Delivers a signed event to a handler. */
export async function deliver(
  handler: (event: unknown) => Promise<unknown>,
  tenant: ConnectedTenant,
  body: string | Buffer,
  more: Partial<Parameters<typeof webhookEvent>[1]> = {},
): Promise<HttpAnswer> {
  return readAnswer(await handler(webhookEvent(tenant, { body, secret: tenant.webhookSecret, ...more })));
}
