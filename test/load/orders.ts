import type Stripe from 'stripe';
import { inParallel } from '../../functions/use-cases/in-parallel.ts';
import type { RunningSystem, TenantOf } from '../system/running-system.ts';
import type { Functions } from './functions.ts';
import { LIVES, type Life, type Money, type Payment } from './lives.ts';
import type { Random } from './random.ts';

/** A finalized invoice, and what is to become of it. */
export type Order = {
  readonly tenant: TenantOf;
  readonly invoiceId: string;
  readonly email: string;
  readonly due: Money;
  readonly life: Life;
  /** As it was finalized with. */
  readonly link: Stripe.PaymentLink;
  /** By this link, and by the one that follows it. */
  readonly payments: readonly Payment[];
  readonly laterPayments: readonly Payment[];
};

const AT_ONCE = 12;
/** Amounts that Stripe charges are multiples of this. */
const CURRENCIES = { USD: 1, EUR: 1, GBP: 1, TWD: 1, JPY: 1, KWD: 10, ISK: 100 } as const;
const CURRENCY_CODES = ['USD', 'EUR', 'GBP', 'TWD', 'JPY', 'KWD', 'ISK'] as const;

export async function connectTenants(system: RunningSystem, count: number): Promise<readonly TenantOf[]> {
  const tenants: TenantOf[] = [];
  for (let connected = 0; connected < count; connected += 1) {
    const tenant = await system.newTenant();
    await tenant.connect();
    tenants.push(tenant);
  }
  return tenants;
}

/** Finalizes so many invoices of these tenants, and voids those that are to be void. */
export async function finalizeOrders(
  tenants: readonly TenantOf[],
  count: number,
  random: Random,
  functions: Functions,
): Promise<readonly Order[]> {
  const plans = livesOf(count, random).map((life, index) => {
    const currency = random.pick(CURRENCY_CODES);
    const step = CURRENCIES[currency];
    const due = { currency, amount: step * random.integer(1_000, 90_000) };
    return { tenant: random.pick(tenants), invoiceId: `inv_${index + 1}`, due, life };
  });
  return inParallel(plans, AT_ONCE, async ({ tenant, invoiceId, due, life }) => {
    const email = `${tenant.orgId}.${invoiceId}@example.com`;
    const invoice = await functions.finalize(tenant, {
      invoice_id: invoiceId,
      invoice_number: invoiceId.toUpperCase(),
      customer_id: 'cus_1',
      customer: { name: 'Ada Lovelace', email },
      currency: due.currency,
      amount_due: due.amount,
    });
    const link = await linkOf(tenant, invoice.payment_link?.id);
    if (life.isVoided) await voidInvoice(tenant, invoiceId);
    const payments = life.payments(due);
    const laterPayments = life.laterPayments?.(due) ?? [];
    return { tenant, invoiceId, email, due, life, link, payments, laterPayments };
  });
}

/** With the metadata that comes back in every event. */
export async function linkOf({ stripe }: TenantOf, id: string | undefined): Promise<Stripe.PaymentLink> {
  if (id === undefined) throw new Error('an invoice has no payment link');
  return stripe.paymentLinks.retrieve(id);
}

/** Each life once, where there are invoices for it, and then by weight. */
function livesOf(count: number, random: Random): readonly Life[] {
  const byWeight = LIVES.flatMap((life) => Array.from({ length: life.weight }, () => life));
  const others = Array.from({ length: Math.max(0, count - LIVES.length) }, () => random.pick(byWeight));
  return random.shuffled([...LIVES.slice(0, count), ...others]);
}

async function voidInvoice(tenant: TenantOf, invoiceId: string): Promise<void> {
  for (;;) {
    const { status } = await tenant.api('POST', `/invoices/${invoiceId}/void?confirm=true`);
    if (status === 200) return;
    if (status < 500) throw new Error(`void: ${status}`);
  }
}
