import { expect } from '@jest/globals';
import type { Invoice } from '../../../functions/domain/invoice.ts';
import { type PaymentStatus, paymentStatuses } from '../../../functions/domain/settlement.ts';
import { content } from '../../support/builders.ts';
import type { Scene } from './scene.ts';

/** What must hold at any time. */
export function watch({ stripe }: Scene) {
  let before: Invoice | null = null;
  return (invoice: Invoice | null): void => {
    expect(stripe.sold.filter(stripe.isPayable).length).toBeLessThanOrEqual(1);
    if (before?.status === 'PAID' || before?.status === 'VOID') expect(invoice?.status).toBe(before.status);
    if (before?.paidAt) expect(invoice?.paidAt).toBe(before.paidAt);
    if (invoice) {
      const statuses = paymentStatuses(invoice);
      const applied = Object.entries(invoice.payments).filter(([id]) => statuses.get(id) === 'applied');
      expect(invoice.amountPaid).toBe(applied.reduce((sum, [, { amount }]) => sum + amount, 0));
    }
    before = invoice;
  };
}

/** What everybody sees of it. */
export const shown = (invoice: Invoice | null) =>
  invoice && {
    status: invoice.status,
    amountPaid: invoice.amountPaid,
    attention: invoice.attention,
    payments: Object.fromEntries(paymentStatuses(invoice)),
    links: [invoice.current, ...invoice.previous].map(({ link }) => link),
    email: invoice.email.status,
  };

const DUE = content().amountDue;

function paymentsAt({ sold, emitted }: Scene['stripe'], isVoid: boolean): Record<string, PaymentStatus> {
  const isTold = (payment: string) => emitted.some(({ event }) => event.providerPaymentId === payment);
  const statuses = {
    none: 'failed',
    failed: 'failed',
    on_its_way: 'pending',
    came: isVoid ? 'unexpected' : 'applied',
  } as const;
  return Object.fromEntries(
    sold.filter(({ payment }) => isTold(payment)).map(({ payment, money }) => [payment, statuses[money]]),
  );
}

/** What must be there in the end, by what happened at Stripe and whether somebody voided it: by nothing else. */
export function expectOutcome({ stripe, mails, state }: Scene, invoice: Invoice | null): void {
  if (!invoice) {
    expect([stripe.sold, mails]).toEqual([[], []]);
    return;
  }
  const { sold } = stripe;
  const came = sold.filter(({ money }) => money === 'came');
  const isVoid = invoice.voidedAt !== null;
  const isPaid = !isVoid && came.length > 0;
  const isPending = sold.some(({ money }) => money === 'on_its_way');
  const status = isVoid ? 'VOID' : isPaid ? 'PAID' : isPending ? 'PAYMENT_PENDING' : 'FINALIZED';

  expect(came.length).toBeLessThanOrEqual(1);
  expect(invoice).toMatchObject({ status, amountPaid: isPaid ? DUE : 0 });
  expect(Object.fromEntries(paymentStatuses(invoice))).toEqual(paymentsAt(stripe, isVoid));
  expect(new Set(invoice.attention)).toEqual(
    new Set([
      ...(isVoid && came.some(({ refunded }) => refunded < DUE) ? ['paid_after_void'] : []),
      ...(came.some(({ refunded }) => refunded > 0) ? ['refunded'] : []),
      ...(came.some(({ isDisputed }) => isDisputed) ? ['disputed'] : []),
    ]),
  );

  const payable = sold.filter(stripe.isPayable).map(({ link }) => link.id);
  expect(payable).toEqual(status === 'FINALIZED' ? [invoice.current.link?.id] : []);
  if (status === 'FINALIZED') expect(invoice.current.link?.active).toBe(true);

  const ofLinks = sold.map(({ link }) => mails.filter(({ text }) => text.includes(link.url)).length);
  expect(mails.length).toBeLessThanOrEqual(sold.length + state.resends + state.unsure);
  expect(Math.max(0, ...ofLinks)).toBeLessThanOrEqual(2 + state.resends);
  if (status === 'FINALIZED') {
    expect(['sent', 'failed']).toContain(invoice.email.status);
    if (invoice.email.status === 'sent') {
      expect(mails.at(-1)?.text).toContain(invoice.current.link?.url);
    }
  }
}
