import type { Connection } from '../domain/connection.ts';
import type { Invoice } from '../domain/invoice.ts';
import { settle } from '../domain/settlement.ts';
import { PLATFORM_ID, type Tenant } from '../domain/tenant.ts';
import {
  type EventPayment,
  KNOWN_EVENT_TYPES,
  type WebhookEvent,
  type WebhookEventStatus,
} from '../domain/webhook-event.ts';
import { type Clock, type CommitOutcome, type Settlements, Unavailable, type Verdict } from '../ports.ts';

export type SettlePaymentDeps = { readonly settlements: Settlements; readonly clock: Clock };

/** Whose event it is. */
export type Account = Pick<Connection, 'tenant' | 'isActive' | 'livemode'>;

/** An invoice that changes under us this often is in somebody's loop: Stripe will deliver the event again. */
const MAX_ROUNDS = 10;

/**
 * Applies one verified event of a tenant's Stripe account to its invoice, exactly once, and records it.
 *
 * In: the event, and the tenant's account. Out: what became of the event.
 * 1. An event that cannot concern an invoice is only recorded.
 * 2. The plain case (the first payment, of exactly what is due) is written at once, without reading.
 * 3. Where that is refused, the rules decide from the invoice as it stands, and their decision is
 *    written if it still stands so; else again.
 *
 * @throws Unavailable where it could not be decided or stored; nothing is half written.
 */
export async function settlePayment(
  event: WebhookEvent,
  account: Account,
  { settlements, clock }: SettlePaymentDeps,
): Promise<WebhookEventStatus> {
  const { tenant } = account;
  const verdict = verdictWithoutInvoice(event, account);
  if (verdict) return record(verdict);

  const { payment } = event;
  if (!payment) throw new Error('an event without payment was not decided');
  const invoiceId = event.invoiceId ?? (await invoiceIdOf(payment.notice.paymentId));
  if (invoiceId === null) return record(verdicts.unknownPayment);
  if (!PLATFORM_ID.test(invoiceId)) return record(verdicts.unknownInvoice);
  const named = { ...event, invoiceId };

  let outcome = canBePlain(payment)
    ? await settlements.payInFull(tenant, named, clock())
    : await standing(tenant, invoiceId);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    switch (outcome.kind) {
      case 'committed':
        return 'applied';
      case 'duplicate':
        return outcome.status;
      case 'refused': {
        const decision = decide(outcome.invoice, payment);
        if (decision.kind === 'verdict') return record(decision.verdict, named);
        const next = await settlements.commit(tenant, named, decision.settled, clock());
        if (next.kind === 'committed') return decision.settled.verdict.status;
        outcome = next;
      }
    }
  }
  throw new Unavailable('settlement');

  async function record(decided: Verdict, recorded: WebhookEvent = event): Promise<WebhookEventStatus> {
    const done = await settlements.record(tenant, recorded, decided, clock());
    return done.kind === 'duplicate' ? done.status : decided.status;
  }

  /** Of one that is not known yet, the event is kept; then it may have become known. */
  async function invoiceIdOf(paymentId: string): Promise<string | null> {
    const known = await settlements.findInvoiceIdByPayment(tenant, paymentId);
    if (known !== null) return known;
    await settlements.keepWaiting(tenant, event, clock());
    return settlements.findInvoiceIdByPayment(tenant, paymentId);
  }

  async function standing(owner: Tenant, id: string): Promise<CommitOutcome> {
    return { kind: 'refused', invoice: await settlements.findInvoice(owner, id) };
  }

  function decide(invoice: Invoice | null, { notice, claimed }: EventPayment) {
    if (!invoice) return { kind: 'verdict', verdict: verdicts.unknownInvoice } as const;
    const settlement = settle(invoice, notice, claimed, clock());
    if (settlement.kind === 'rejected') {
      return { kind: 'verdict', verdict: { status: 'rejected', reason: settlement.reason } } as const;
    }
    const verdict = settlement.kind === 'applied' ? verdicts.applied : verdicts.nothingToChange;
    return settlement.factsChanged
      ? ({
          kind: 'settled',
          settled: { invoice: settlement.invoice, readVersion: invoice.version, verdict },
        } as const)
      : ({ kind: 'verdict', verdict } as const);
  }
}

/** What can be said before any invoice is looked at; null where an invoice decides. */
function verdictWithoutInvoice(event: WebhookEvent, { isActive, livemode, tenant }: Account): Verdict | null {
  if (!isActive) return verdicts.inactive;
  if (!KNOWN_EVENT_TYPES.has(event.type)) return verdicts.unusedType;
  if (event.invoiceId !== null && event.livemode !== livemode) return verdicts.otherMode;
  if (!event.payment) return event.invoiceId === null ? verdicts.noInvoiceId : verdicts.changesNone;
  if (event.livemode !== livemode) return verdicts.otherMode;
  const { orgId, envId } = event.payment;
  if ((orgId ?? tenant.orgId) !== tenant.orgId || (envId ?? tenant.envId) !== tenant.envId) {
    return verdicts.otherTenant;
  }
  if (event.invoiceId === null && event.payment.notice.fact.kind !== 'disputed') return verdicts.noInvoiceId;
  return null;
}

function canBePlain({ notice, claimed }: EventPayment): boolean {
  return notice.fact.kind === 'received' && claimed.nonce !== null;
}

const verdicts = {
  applied: { status: 'applied', reason: null },
  nothingToChange: {
    status: 'recorded',
    reason: 'The invoice already shows this; nothing was left to change.',
  },
  changesNone: { status: 'recorded', reason: 'Events of this type change no invoice.' },
  unusedType: { status: 'ignored', reason: 'Events of this type are not used.' },
  noInvoiceId: {
    status: 'ignored',
    reason:
      'The payment carries no invoice_id in its metadata: it was not made through a Payment Link of an invoice.',
  },
  unknownPayment: {
    status: 'ignored',
    reason:
      'It is about no payment of an invoice that is known. Should one come to be known, this is settled with it.',
  },
  unknownInvoice: {
    status: 'unmatched',
    reason: 'No invoice with this invoice_id is known in this environment.',
  },
  otherTenant: { status: 'rejected', reason: 'The metadata names another tenant or environment.' },
  otherMode: {
    status: 'rejected',
    reason: "The event is of the other mode (test or live) than the connection's secret key.",
  },
  inactive: {
    status: 'skipped',
    reason: 'The connection was inactive when the event arrived. It can be replayed.',
  },
} as const satisfies Record<string, Verdict>;
