import type { Generation, Invoice } from '../domain/invoice.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Clock, PaymentProvider, Settlements } from '../ports.ts';
import { settlePayment } from './settle-payment.ts';

export type LookUpPaymentsDeps = {
  readonly provider: Pick<PaymentProvider, 'findPayments'>;
  /** Settlements of what Stripe answered, for which there is no event. */
  readonly lookedUp: Settlements;
  readonly clock: Clock;
};

/**
 * Asks Stripe what was paid through an invoice's links, and settles it as its events would have: they may never come. May be
 * repeated; what is known changes nothing, and neither does an event that comes later.
 *
 * In: the invoice, the key, and the account of the key. Out: whether Stripe told of anything.
 *
 * @throws Unavailable where Stripe or DynamoDB is away.
 */
export async function lookUpPayments(
  { tenant, current, previous }: Invoice,
  { secretKey, attachment }: { readonly secretKey: string; readonly attachment: string },
  deps: LookUpPaymentsDeps,
): Promise<boolean> {
  let isTold = false;
  for (const generation of [current, ...previous]) {
    if (generation.attachment !== attachment || !generation.link) continue;
    if (await lookUpLink(tenant, { ...generation, link: generation.link }, secretKey, deps)) isTold = true;
  }
  return isTold;
}

/** The same for one link. */
export async function lookUpLink(
  tenant: Tenant,
  { link, livemode }: Pick<Generation, 'livemode'> & { readonly link: { readonly id: string } },
  secretKey: string,
  { provider, lookedUp, clock }: LookUpPaymentsDeps,
): Promise<boolean> {
  const found = await provider.findPayments(secretKey, link.id, clock());
  // A restricted key may lack the permission: the connection's health says so.
  if (found.kind === 'key_rejected') return false;
  for (const payment of found.payments) {
    await settlePayment(payment, { tenant, isActive: true, livemode }, { settlements: lookedUp, clock });
  }
  return found.payments.length > 0;
}
