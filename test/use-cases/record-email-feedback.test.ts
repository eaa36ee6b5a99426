import { describe, expect, it } from '@jest/globals';
import { dynamoEmailFeedbacks } from '../../functions/adapters/dynamodb/email-feedback.ts';
import { dynamoEmailResends } from '../../functions/adapters/dynamodb/email-resends.ts';
import type { EmailFeedback, EmailVerdict } from '../../functions/domain/email-feedback.ts';
import { afterSending, newClaim } from '../../functions/domain/finalization.ts';
import { type Invoice, roundOf } from '../../functions/domain/invoice.ts';
import { resending } from '../../functions/domain/resending.ts';
import { type EmailFeedbacks, Unavailable } from '../../functions/ports.ts';
import { recordEmailFeedback } from '../../functions/use-cases/record-email-feedback.ts';
import { TABLE_NAME } from '../support/dynamodb.ts';
import { startInvoices } from '../support/invoices.ts';
import { aTenant, connectionOf, unique } from '../support/samples.ts';
import { dying, stopsOf } from '../support/stopping.ts';

const { client, finalizing, finalizations, finalized, linkOf, stored, clock } = await startInvoices();
const emailFeedbacks = dynamoEmailFeedbacks(client, TABLE_NAME);
const emailResends = dynamoEmailResends(client, TABLE_NAME);
const deps = { emailFeedbacks };

const feedback = (invoice: Invoice, verdict: EmailVerdict): EmailFeedback => ({
  tenant: invoice.tenant,
  invoiceId: invoice.invoiceId,
  round: roundOf(invoice.email),
  takenAt: '2026-03-01T12:00:00.000Z',
  verdict,
});
const told = (invoice: Invoice, verdict: EmailVerdict, others = deps) =>
  recordEmailFeedback(feedback(invoice, verdict), others);

/** Link saved and e-mail claimed: SES's answer has not come, or never will. */
async function unheard(): Promise<Invoice> {
  const invoice = await finalizing();
  const saved = await finalizations.saveLink(invoice, await linkOf(invoice), clock());
  if (!saved) throw new Error('the lease was lost');
  return saved;
}

/** Sent again: claimed, under another round. */
async function resent(invoice: Invoice): Promise<Invoice> {
  const now = clock();
  const decision = resending(
    invoice,
    connectionOf(invoice.tenant, invoice.current),
    newClaim('me', now),
    now,
  );
  if (decision.kind !== 'send') throw new Error(decision.kind);
  expect(await emailResends.claim(invoice, decision.email)).toBe(true);
  return stored(invoice);
}

describe('case 31: feedback on an e-mail', () => {
  it('is shown on the invoice, however often it comes', async () => {
    const invoice = await finalized();
    expect(await told(invoice, 'bounced')).toEqual({ kind: 'recorded', status: 'bounced' });
    const bounced = await stored(invoice);
    expect(bounced).toEqual({ ...invoice, email: { ...invoice.email, status: 'bounced' } });
    expect(await told(invoice, 'bounced')).toEqual({ kind: 'unchanged' });
    expect(await told(invoice, 'delivered')).toEqual({ kind: 'unchanged' });
    expect(await stored(invoice)).toEqual(bounced);
    expect(await told(invoice, 'complained')).toEqual({ kind: 'recorded', status: 'complained' });
  });

  it('many times at once, and with others, ends in the gravest', async () => {
    const invoice = await finalized();
    const verdicts = ['delivered', 'complained', 'bounced', 'rejected'] as const;
    await Promise.all([...verdicts, ...verdicts, ...verdicts].map((verdict) => told(invoice, verdict)));
    expect((await stored(invoice)).email.status).toBe('complained');
  });

  it('of an earlier round changes nothing', async () => {
    const first = await finalized();
    await told(first, 'bounced');
    const second = await resent(await stored(first));
    expect(second.email).toMatchObject({ status: 'pending', round: 2 });
    expect(await told(first, 'bounced')).toEqual({ kind: 'unchanged' });
    expect(await told(first, 'complained')).toEqual({ kind: 'unchanged' });
    expect(await stored(first)).toEqual(second);
    expect(await told(second, 'delivered')).toEqual({ kind: 'recorded', status: 'sent' });
    expect(await told(first, 'bounced')).toEqual({ kind: 'unchanged' });
  });

  it.each(['delivered', 'bounced', 'complained', 'rejected'] as const)(
    'that comes before SES’s answer, %s, stays when the answer comes late',
    async (verdict) => {
      const invoice = await unheard();
      await told(invoice, verdict);
      const known = await stored(invoice);
      await finalizations.markEmail(invoice, afterSending(invoice.email, 'sent', clock()), clock());
      expect((await stored(invoice)).email).toEqual(known.email);
      expect(known.email).toMatchObject({ claim: null, unconfirmed: 0, sentAt: '2026-03-01T12:00:00.000Z' });
      expect(await finalizations.claimEmail(known, newClaim(unique('sweeper'), clock()))).toBeNull();
    },
  );

  it('for an invoice that is not there, or another tenant’s, says so', async () => {
    const invoice = await finalized();
    expect(await told({ ...invoice, tenant: aTenant() }, 'bounced')).toEqual({ kind: 'invoice_not_found' });
  });
});

describe('stopped anywhere, and told again', () => {
  const journey = ['find', 'record'];

  it('goes the way that the stops are taken from', async () => {
    const { deps: watched, calls } = dying(deps, null);
    await told(await finalized(), 'bounced', watched);
    expect(calls).toEqual(journey);
  });

  it.each(stopsOf(journey))('%s %s: recorded once', async (_when, _name, stop) => {
    const invoice = await finalized();
    await expect(told(invoice, 'bounced', dying(deps, stop).deps)).rejects.toThrow(Unavailable);
    const { kind } = await told(invoice, 'bounced');
    expect(kind).toBe(stop.port === 2 && stop.when === 'after' ? 'unchanged' : 'recorded');
    expect(await stored(invoice)).toEqual({ ...invoice, email: { ...invoice.email, status: 'bounced' } });
  });
});

describe('an e-mail that others write meanwhile', () => {
  const overtaken = (times: number, write: (invoice: Invoice) => Promise<unknown>): EmailFeedbacks => {
    let left = times;
    return {
      find: emailFeedbacks.find,
      async record(read, email) {
        left -= 1;
        if (left >= 0) await write(read);
        return emailFeedbacks.record(read, email);
      },
    };
  };

  it('is looked at again', async () => {
    const invoice = await finalized();
    const complaint = ({ email, ...others }: Invoice) =>
      emailFeedbacks.record({ email, ...others }, { ...email, status: 'complained' });
    const outcome = await told(invoice, 'bounced', { emailFeedbacks: overtaken(1, complaint) });
    expect(outcome).toEqual({ kind: 'unchanged' });
    expect((await stored(invoice)).email.status).toBe('complained');
  });

  it('again and again is told of later', async () => {
    const invoice = await finalized();
    const touched = async (read: Invoice) =>
      emailFeedbacks.record(read, { ...read.email, sentAt: new Date().toISOString() + unique('') });
    const restless = { emailFeedbacks: overtaken(Number.POSITIVE_INFINITY, touched) };
    await expect(told(invoice, 'bounced', restless)).rejects.toThrow(Unavailable);
    expect((await stored(invoice)).email.status).toBe('sent');
  });
});
