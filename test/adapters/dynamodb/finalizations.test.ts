import { describe, expect, it } from '@jest/globals';
import { dynamoFinalizations } from '../../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { afterSending, newClaim } from '../../../functions/domain/finalization.ts';
import type { Invoice } from '../../../functions/domain/invoice.ts';
import { settle } from '../../../functions/domain/settlement.ts';
import { content, NOW } from '../../support/builders.ts';
import { documentClient, dump, RETENTION_DAYS, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { aTenant, begun, later, link, paidEvent, unique } from '../../support/samples.ts';

const client = documentClient(await startTable());
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);

const AFTER_LEASE = later(30_000);
const claimAt = (at: Date) => newClaim(unique('owner'), at);

async function started(changes: Partial<Invoice> = {}): Promise<Invoice> {
  const invoice = begun(aTenant(), changes);
  expect(await finalizations.begin(invoice)).toEqual({ kind: 'begun' });
  return invoice;
}

async function finalized(changes: Partial<Invoice> = {}): Promise<Invoice> {
  const saved = await finalizations.saveLink(await started(changes), link(), NOW);
  if (!saved) throw new Error('not saved');
  return saved;
}

const stored = async ({ tenant, invoiceId }: Invoice): Promise<Invoice> => {
  const invoice = await finalizations.find(tenant, invoiceId);
  if (!invoice) throw new Error('there is no such invoice');
  return invoice;
};

/** What a webhook writes, whatever state the invoice is in. */
async function pay(invoice: Invoice): Promise<Invoice> {
  const event = paidEvent(invoice);
  if (!event.payment) throw new Error('no payment');
  const settlement = settle(invoice, event.payment.notice, event.payment.claimed, NOW);
  if (settlement.kind === 'rejected') throw new Error(settlement.reason);
  const verdict = { status: 'applied', reason: null } as const;
  const settled = { invoice: settlement.invoice, readVersion: invoice.version, verdict };
  expect(await settlements.commit(invoice.tenant, event, settled, NOW)).toEqual({ kind: 'committed' });
  return settlement.invoice;
}

/** As a later feature will write it. */
async function cancel(invoice: Invoice): Promise<void> {
  const event = paidEvent(invoice);
  const voided = { ...invoice, status: 'VOID', version: invoice.version + 1 } as const;
  const verdict = { status: 'applied', reason: null } as const;
  const settled = { invoice: voided, readVersion: invoice.version, verdict };
  expect(await settlements.commit(invoice.tenant, event, settled, NOW)).toEqual({ kind: 'committed' });
}

describe('the intent', () => {
  it('is stored once, and shows who comes later what stands there', async () => {
    const invoice = await started();
    const second = { ...begun(invoice.tenant), invoiceId: invoice.invoiceId };
    expect(await finalizations.begin(second)).toEqual({ kind: 'exists', stored: invoice });
    expect(await stored(invoice)).toEqual(invoice);
  });

  it('is one of twenty at once', async () => {
    const tenant = aTenant();
    const rivals = Array.from({ length: 20 }, () => begun(tenant, { invoiceId: 'inv_contested' }));
    const outcomes = await Promise.all(rivals.map((rival) => finalizations.begin(rival)));
    const winners = rivals.filter((_, index) => outcomes[index]?.kind === 'begun');
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.kind === 'exists') expect(outcome.stored).toEqual(winners[0]);
    }
  });

  it('is recognised as one’s own when the answer was lost', async () => {
    const invoice = await started();
    expect(await finalizations.begin(invoice)).toEqual({ kind: 'begun' });
  });

  it('of the same id is another tenant’s, and another environment’s, own', async () => {
    const invoice = await started();
    for (const tenant of [aTenant(), { ...invoice.tenant, envId: 'dev' }]) {
      expect(await finalizations.find(tenant, invoice.invoiceId)).toBeNull();
      expect(await finalizations.begin({ ...begun(tenant), invoiceId: invoice.invoiceId })).toEqual({
        kind: 'begun',
      });
    }
    expect(await stored(invoice)).toEqual(invoice);
  });

  it('keeps amounts and texts as they are', async () => {
    const strange = content({
      amountDue: 999_999_999_999,
      currency: 'IDR',
      customer: { name: 'Ünïcode <script> 🎉 \u202e', email: null },
      lineItems: [{ description: ' ', quantity: 0.1, amount: -1 }],
      dueDate: null,
      memo: null,
    });
    const invoice = await started({ content: strange });
    expect((await stored(invoice)).content).toEqual(strange);
  });
});

describe('an expired lease', () => {
  it('is taken over by one of two', async () => {
    const invoice = await started();
    const claims = [claimAt(AFTER_LEASE), claimAt(AFTER_LEASE)];
    const taken = await Promise.all(claims.map((claim) => finalizations.takeOver(invoice, claim)));
    expect(taken.toSorted()).toEqual([false, true]);
    expect((await stored(invoice)).lease).toEqual(claims[taken.indexOf(true)]);
  });

  it('is still one’s own when the answer was lost', async () => {
    const invoice = await started();
    const claim = claimAt(AFTER_LEASE);
    expect(await finalizations.takeOver(invoice, claim)).toBe(true);
    expect(await finalizations.takeOver(invoice, claim)).toBe(true);
  });

  it('cannot be taken over once the link is saved, or the invoice paid', async () => {
    const done = await started();
    await finalizations.saveLink(done, link(), NOW);
    expect(await finalizations.takeOver(done, claimAt(AFTER_LEASE))).toBe(false);

    const paid = await started();
    await pay(paid);
    expect(await finalizations.takeOver(paid, claimAt(AFTER_LEASE))).toBe(false);
    expect((await stored(paid)).lease).toEqual(paid.lease);
  });

  it('leaves its first owner, who wakes up late, nothing to change', async () => {
    const invoice = await started();
    const claim = claimAt(AFTER_LEASE);
    await finalizations.takeOver(invoice, claim);
    const before = await dump(client, invoice.tenant.orgId);

    expect(await finalizations.saveLink(invoice, link(), AFTER_LEASE)).toBeNull();
    await finalizations.release(invoice, AFTER_LEASE);
    await finalizations.abandon(invoice);
    await finalizations.markEmail(
      { ...invoice, email: { ...invoice.email, claim: invoice.lease } },
      { ...invoice.email, status: 'sent' },
      AFTER_LEASE,
    );
    expect(await dump(client, invoice.tenant.orgId)).toEqual(before);
  });

  it('that was taken over saves its link, and its late owner does not undo it', async () => {
    const invoice = await started();
    const claim = claimAt(AFTER_LEASE);
    await finalizations.takeOver(invoice, claim);
    const saved = await finalizations.saveLink({ ...invoice, lease: claim }, link(), AFTER_LEASE);
    expect(await finalizations.saveLink(invoice, link(), AFTER_LEASE)).toBeNull();
    expect(await stored(invoice)).toEqual(saved);
  });
});

describe('a lease that is given back', () => {
  it('has ended, and can be taken over at once', async () => {
    const invoice = await started();
    await finalizations.release(invoice, NOW);
    const released = await stored(invoice);
    expect(new Date(released.lease?.until ?? '') <= NOW).toBe(true);
    expect(await finalizations.takeOver(released, claimAt(NOW))).toBe(true);
  });
});

describe('an abandoned intent', () => {
  it('is gone', async () => {
    const invoice = await started();
    await finalizations.abandon(invoice);
    expect(await dump(client, invoice.tenant.orgId)).toEqual([]);
  });

  it('stays where a payment arrived, even one of less than is due', async () => {
    const invoice = await started();
    const event = paidEvent(invoice);
    if (event.payment?.notice.fact.kind !== 'received') throw new Error('no payment');
    const { notice, claimed } = event.payment;
    const fact = {
      kind: 'received',
      money: { amount: 1, currency: 'USD' },
      from: 'checkout_session',
    } as const;
    const settlement = settle(invoice, { ...notice, fact }, claimed, NOW);
    if (settlement.kind === 'rejected') throw new Error(settlement.reason);
    const verdict = { status: 'applied', reason: null } as const;
    await settlements.commit(
      invoice.tenant,
      event,
      { invoice: settlement.invoice, readVersion: 1, verdict },
      NOW,
    );

    await finalizations.abandon(invoice);
    expect(await stored(invoice)).toMatchObject({ status: 'FINALIZING', amountPaid: 1 });
  });

  it('stays where its link was saved', async () => {
    const invoice = await started();
    const saved = await finalizations.saveLink(invoice, link(), NOW);
    await finalizations.abandon(invoice);
    expect(await stored(invoice)).toEqual(saved);
  });
});

describe('saving the link', () => {
  it('finalizes the invoice and claims the e-mail in one write, and answers what is then stored', async () => {
    const invoice = await started();
    const saving = link();
    const saved = await finalizations.saveLink(invoice, saving, later(900));
    expect(saved).toEqual({
      ...invoice,
      version: 2,
      status: 'FINALIZED',
      current: { ...invoice.current, link: saving },
      lease: null,
      email: { ...invoice.email, claim: invoice.lease, unconfirmed: 1 },
      finalizedAt: later(900).toISOString(),
      updatedAt: later(900).toISOString(),
    });
    expect(await stored(invoice)).toEqual(saved);
  });

  it('recognises its own success when the answer was lost', async () => {
    const invoice = await started();
    const saving = link();
    const saved = await finalizations.saveLink(invoice, saving, NOW);
    expect(await finalizations.saveLink(invoice, saving, NOW)).toEqual(saved);
    expect(await stored(invoice)).toEqual(saved);
  });

  it('of an invoice without address claims no e-mail', async () => {
    const email = { status: 'skipped', to: null, sentAt: null, claim: null, unconfirmed: 0 } as const;
    const invoice = await started({ email });
    expect((await finalizations.saveLink(invoice, link(), NOW))?.email).toEqual(email);
  });

  it('of one paid meanwhile records only the link (case 30)', async () => {
    const invoice = await started();
    const paid = await pay(invoice);
    expect(paid.status).toBe('PAID');
    const saving = link();
    const saved = await finalizations.saveLink(invoice, saving, later(900));

    expect(await stored(invoice)).toEqual(saved);
    expect(saved).toEqual({
      ...paid,
      version: paid.version + 1,
      current: { ...invoice.current, link: saving },
      lease: null,
      finalizedAt: later(900).toISOString(),
      updatedAt: later(900).toISOString(),
    });
    expect(saved).toMatchObject({ status: 'PAID', email: { status: 'pending', claim: null } });
  });

  it('of one void meanwhile records only the link, too (case 29)', async () => {
    const invoice = await started();
    await cancel(invoice);
    const saved = await finalizations.saveLink(invoice, link(), NOW);
    expect(saved).toMatchObject({ status: 'VOID', email: { claim: null } });
    expect(await stored(invoice)).toMatchObject({ status: 'VOID', current: saved?.current, lease: null });
  });

  it('of one that is gone brings nothing back', async () => {
    const invoice = await started();
    await finalizations.abandon(invoice);
    expect(await finalizations.saveLink(invoice, link(), NOW)).toBeNull();
    expect(await dump(client, invoice.tenant.orgId)).toEqual([]);
  });
});

describe('the e-mail of a finalized invoice', () => {
  it('is claimed by one of two', async () => {
    const invoice = await finalized();
    const claims = [claimAt(AFTER_LEASE), claimAt(AFTER_LEASE)];
    const claimed = await Promise.all(claims.map((claim) => finalizations.claimEmail(invoice, claim)));
    const [winner, ...others] = claimed.filter((invoice) => invoice !== null);
    expect(others).toEqual([]);
    expect(await stored(invoice)).toEqual(winner);
    expect(winner?.email.unconfirmed).toBe(2);
  });

  it('whose claim was given up can be claimed again', async () => {
    const invoice = await finalized();
    await finalizations.markEmail(invoice, afterSending(invoice.email, 'unavailable', NOW), NOW);
    const waiting = await stored(invoice);
    expect(waiting.email).toMatchObject({ status: 'pending', claim: null, unconfirmed: 0 });
    const claim = claimAt(NOW);
    expect((await finalizations.claimEmail(waiting, claim))?.email.claim).toEqual(claim);
    expect(await finalizations.claimEmail(waiting, claimAt(NOW))).toBeNull();
  });

  it('is still one’s own when the answer was lost', async () => {
    const invoice = await finalized();
    const claim = claimAt(AFTER_LEASE);
    const claimed = await finalizations.claimEmail(invoice, claim);
    expect(await finalizations.claimEmail(invoice, claim)).toEqual(claimed);
  });

  it('is not claimed once it was sent, nor for a paid invoice', async () => {
    const sent = await finalized();
    await finalizations.markEmail(sent, afterSending(sent.email, 'sent', NOW), NOW);
    expect(await finalizations.claimEmail(sent, claimAt(AFTER_LEASE))).toBeNull();

    const paid = await finalized();
    await settlements.payInFull(paid.tenant, paidEvent(paid), NOW);
    expect(await finalizations.claimEmail(paid, claimAt(AFTER_LEASE))).toBeNull();
  });

  it('is given up where it may have arrived twice', async () => {
    const invoice = await finalized();
    const second = await finalizations.claimEmail(invoice, claimAt(AFTER_LEASE));
    if (!second) throw new Error('not claimed');
    await finalizations.claimEmail(second, claimAt(later(60_000)));
    expect((await stored(invoice)).email).toMatchObject({ status: 'failed', claim: null });
  });

  it('is marked without touching what a payment did meanwhile (case 30)', async () => {
    const invoice = await finalized();
    await settlements.payInFull(invoice.tenant, paidEvent(invoice), NOW);
    const paid = await stored(invoice);
    const email = afterSending(invoice.email, 'sent', NOW);
    await finalizations.markEmail(invoice, email, NOW);
    expect(await stored(invoice)).toEqual({ ...paid, email });
  });

  it('is marked by the holder of the claim alone', async () => {
    const invoice = await finalized();
    const claimed = await finalizations.claimEmail(invoice, claimAt(AFTER_LEASE));
    await finalizations.markEmail(invoice, afterSending(invoice.email, 'refused', NOW), NOW);
    expect(await stored(invoice)).toEqual(claimed);
  });
});

describe('the index of what is due', () => {
  const due = async ({ tenant }: Invoice) => {
    const items = await dump(client, tenant.orgId);
    return items.find(({ sk }) => sk === 'INVOICE')?.['gsi2sk'];
  };

  it('names the end of the lease, and a look at the unpaid link a minute after its e-mail', async () => {
    const invoice = await started();
    expect(await due(invoice)).toBe(invoice.lease?.until);
    const saved = await finalizations.saveLink(invoice, link(), NOW);
    if (!saved) throw new Error('not saved');
    expect(await due(invoice)).toBe(invoice.lease?.until);
    await finalizations.markEmail(saved, afterSending(saved.email, 'sent', NOW), NOW);
    expect(await due(invoice)).toBe(later(60_000).toISOString());
  });

  it('names the link of an invoice that was paid before it was saved at once', async () => {
    const invoice = await started();
    await pay(invoice);
    await finalizations.saveLink(invoice, link(), later(900));
    expect(await due(invoice)).toBe(later(900).toISOString());
  });
});
