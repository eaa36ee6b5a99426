import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { acknowledge } from '../../functions/domain/acknowledgement.ts';
import { beginInvoice, renew } from '../../functions/domain/finalization.ts';
import { ATTENTIONS, type Invoice } from '../../functions/domain/invoice.ts';
import { eventsBetween, type InvoiceEvent } from '../../functions/domain/invoice-events.ts';
import { standingOf } from '../../functions/domain/payment.ts';
import { settle } from '../../functions/domain/settlement.ts';
import { voiding } from '../../functions/domain/voiding.ts';
import {
  asyncFailed,
  connection,
  content,
  disputed,
  generation,
  intentFailed,
  intentSucceeded,
  invoice,
  NOW,
  refunded,
  secondsLater,
  sessionPaid,
  sessionUnpaid,
  type Told,
  tenant,
} from '../support/builders.ts';
import { property } from '../support/property.ts';

const LATER = secondsLater(60);
const lease = { owner: 'owner_1', until: LATER.toISOString() };
const begun = beginInvoice(connection(), 'inv_1', content(), { nonce: 'nonce_1', lease, now: NOW });

/** As `saveLink` writes it. */
function finalize(standing: Invoice): Invoice {
  return {
    ...standing,
    version: standing.version + 1,
    status: standing.status === 'FINALIZING' ? 'FINALIZED' : standing.status,
    current: { ...standing.current, link: generation(1).link },
    lease: null,
    finalizedAt: standing.finalizedAt ?? LATER.toISOString(),
    updatedAt: LATER.toISOString(),
  };
}

function settledBy(start: Invoice, ...events: readonly Told[]): Invoice {
  return events.reduce((standing, { notice, claimed }) => {
    const settlement = settle(standing, notice, claimed, LATER);
    if (settlement.kind === 'rejected') throw new Error(settlement.reason);
    return settlement.invoice;
  }, start);
}

/** What is told of each step, from no invoice to the last. */
const told = (...standings: readonly Invoice[]): readonly InvoiceEvent[] =>
  standings.flatMap((after, index) => eventsBetween(standings[index - 1] ?? null, after));
const typesOf = (before: Invoice | null, after: Invoice) =>
  eventsBetween(before, after).map(({ type }) => type);

describe('finalized', () => {
  it('is told with the first link, and not when the invoice is begun', () => {
    expect(eventsBetween(null, begun)).toEqual([]);
    expect(eventsBetween(begun, finalize(begun))).toEqual([
      {
        id: 'org_1/prod/inv_1/2026-03-01T12:00:00.000Z/2/invoice.finalized',
        type: 'invoice.finalized',
        at: LATER.toISOString(),
        invoice: finalize(begun),
      },
    ]);
  });

  it('is not told again of another generation', () => {
    const first = finalize(begun);
    const renewed = renew(first, connection(), { nonce: 'nonce_2', lease, now: LATER });
    expect(told(first, renewed, finalize(renewed)).map(({ type }) => type)).toEqual(['invoice.finalized']);
  });

  it('is told after paid where the customer was faster', () => {
    const paid = settledBy(begun, intentSucceeded());
    expect(typesOf(begun, paid)).toEqual(['invoice.paid']);
    expect(typesOf(paid, finalize(paid))).toEqual(['invoice.finalized']);
  });
});

describe('paid', () => {
  it('is told of the payment that reaches what is due', () => {
    const before = settledBy(invoice(), sessionPaid({ amount: 100_000 }));
    expect(typesOf(invoice(), before)).toEqual(['invoice.attention']);
    const after = settledBy(before, sessionPaid({ payment: 'pi_2', amount: 29_900 }));
    expect(typesOf(before, after)).toEqual(['invoice.paid', 'invoice.attention']);
  });

  it('is not told of a void invoice of which the whole sum becomes known only then', () => {
    const before = settledBy(invoice(), intentSucceeded({ amount: 1_000 }));
    const voided = voiding(before, { confirm: true }, LATER);
    if (voided.kind !== 'void') throw new Error(voided.kind);
    expect(typesOf(voided.invoice, settledBy(voided.invoice, sessionPaid()))).toEqual(['invoice.attention']);
  });

  it('is not told of money that is on its way, of a second payment, or of one after void', () => {
    expect(typesOf(invoice(), settledBy(invoice(), sessionUnpaid()))).toEqual([]);
    const paid = settledBy(invoice(), sessionPaid());
    expect(typesOf(paid, settledBy(paid, sessionPaid({ payment: 'pi_2' })))).toEqual(['invoice.attention']);
    const voided = invoice({ status: 'VOID', voidedAt: NOW.toISOString() });
    expect(typesOf(voided, settledBy(voided, sessionPaid()))).toEqual(['invoice.attention']);
  });
});

describe('payment failed', () => {
  it.each<[string, Told[], Told]>([
    ['a declined attempt', [], intentFailed({ at: 1 })],
    ['money that did not come', [sessionUnpaid()], asyncFailed({ at: 1 })],
  ])('is told of %s, and names the payment', (_, earlier, failure) => {
    const before = settledBy(invoice(), ...earlier);
    const after = settledBy(before, failure);
    expect(eventsBetween(before, after)).toEqual([
      {
        id: `org_1/prod/inv_1/2026-03-01T12:00:00.000Z/${after.version}/invoice.payment_failed/pi_1`,
        type: 'invoice.payment_failed',
        at: LATER.toISOString(),
        invoice: after,
        payment: { id: 'pi_1', amount: 129_900, currency: 'USD' },
      },
    ]);
  });

  it('is not told again of a further decline, but is after it was pending', () => {
    const declined = settledBy(invoice(), intentFailed({ at: 1 }));
    expect(typesOf(declined, settledBy(declined, intentFailed({ at: 2 })))).toEqual([]);
    const pending = settledBy(declined, sessionUnpaid({ at: 3 }));
    expect(typesOf(declined, pending)).toEqual([]);
    expect(typesOf(pending, settledBy(pending, intentFailed({ at: 4 })))).toEqual(['invoice.payment_failed']);
  });

  it('is not told of a payment that has succeeded, however late its failure comes', () => {
    const paid = settledBy(invoice(), sessionPaid());
    expect(typesOf(paid, settledBy(paid, intentFailed({ at: 9 })))).toEqual([]);
  });

  it('is told of each payment by itself, where one change has several', () => {
    const after = settledBy(invoice(), intentFailed(), intentFailed({ payment: 'pi_2' }));
    expect(eventsBetween(invoice(), after).map(({ id }) => id.split('/').at(-1))).toEqual(['pi_1', 'pi_2']);
  });
});

describe('attention', () => {
  it('is told when the list becomes longer, and when it becomes shorter', () => {
    const paid = settledBy(invoice(), sessionPaid());
    const twice = settledBy(paid, sessionPaid({ payment: 'pi_2' }));
    const seen = acknowledge(twice, ['paid_twice'], LATER);
    if (!seen) throw new Error('nothing to acknowledge');
    expect(told(paid, twice, seen).map(({ type, invoice: { attention } }) => [type, attention])).toEqual([
      ['invoice.finalized', []],
      ['invoice.paid', []],
      ['invoice.attention', ['paid_twice']],
      ['invoice.attention', []],
    ]);
  });

  it('is not told while the list stays as it is', () => {
    const once = settledBy(invoice(), sessionPaid(), refunded(10));
    expect(typesOf(once, settledBy(once, refunded(20)))).toEqual([]);
  });
});

describe('ids', () => {
  it('tell apart an invoice that was removed from the one that was begun in its place', () => {
    const again = beginInvoice(connection(), 'inv_1', content(), { nonce: 'nonce_2', lease, now: LATER });
    const [first] = eventsBetween(begun, finalize(begun));
    const [second] = eventsBetween(again, finalize(again));
    expect(first?.id).not.toBe(second?.id);
  });

  it('tell apart tenants, environments and invoices', () => {
    const others: Partial<Invoice>[] = [
      {},
      { invoiceId: 'inv_2' },
      { tenant: { ...tenant, envId: 'test' } },
      { tenant: { ...tenant, orgId: 'org_2' } },
    ];
    const ids = others.map((changes) => eventsBetween(null, invoice(changes))[0]?.id);
    expect(new Set(ids).size).toBe(others.length);
  });
});

describe('whatever happens to an invoice', () => {
  const payment = fc.constantFrom('pi_1', 'pi_2', 'pi_3');
  const amount = fc.constantFrom(129_900, 129_900, 100_000, 29_900, 200_000);
  const details = fc.record({ payment, amount, at: fc.nat({ max: 5 }) });
  const events = details.chain((detail) =>
    fc.constantFrom(
      sessionPaid(detail),
      sessionUnpaid(detail),
      asyncFailed(detail),
      intentFailed(detail),
      intentSucceeded(detail),
      refunded(detail.amount, detail),
      disputed({ ...detail, nonce: 'nonce_1' }),
    ),
  );
  const steps = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: events.map((event) => (standing: Invoice) => settledBy(standing, event)) },
      { weight: 1, arbitrary: fc.constant(finalize) },
      {
        weight: 1,
        arbitrary: fc.constant((standing: Invoice) => acknowledge(standing, ATTENTIONS, LATER) ?? standing),
      },
      {
        weight: 1,
        arbitrary: fc.constant((standing: Invoice) => {
          const decision = voiding(standing, { confirm: true }, LATER);
          return decision.kind === 'void' ? decision.invoice : standing;
        }),
      },
    ),
    { maxLength: 25 },
  );

  property(
    'paid and finalized are told once, if and only if it is; failures and attention up to how they are; all under ids of their own',
    fc.property(steps, (taken) => {
      const standings = [begun];
      for (const step of taken) standings.push(step(standings.at(-1) ?? begun));
      const last = standings.at(-1) ?? begun;
      const all = told(...standings);
      const of = (type: InvoiceEvent['type']) => all.filter((event) => event.type === type);

      expect(of('invoice.paid')).toHaveLength(last.status === 'PAID' ? 1 : 0);
      expect(of('invoice.finalized')).toHaveLength(last.finalizedAt ? 1 : 0);
      expect(of('invoice.attention').at(-1)?.invoice.attention ?? []).toEqual(last.attention);
      const failed = all.flatMap((event) =>
        event.type === 'invoice.payment_failed' ? [event.payment.id] : [],
      );
      for (const [id, known] of Object.entries(last.payments)) {
        if (standingOf(known).kind === 'failed') expect(failed).toContain(id);
      }
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      // Told again, record by record, they are the same.
      expect(told(...standings)).toEqual(all);
    }),
  );
});
