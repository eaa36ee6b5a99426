import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { dynamoEmailResends } from '../../functions/adapters/dynamodb/email-resends.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import { newClaim } from '../../functions/domain/finalization.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import type { MailOutcome, OutgoingEmail } from '../../functions/ports.ts';
import { type EmailInvoiceDeps, emailInvoice } from '../../functions/use-cases/email-invoice.ts';
import { voidInvoice } from '../../functions/use-cases/void-invoice.ts';
import { content } from '../support/builders.ts';
import { TABLE_NAME } from '../support/dynamodb.ts';
import { startInvoices } from '../support/invoices.ts';
import { aTenant, connectionOf, later, paidEvent, saying } from '../support/samples.ts';

const world = await startInvoices();
const { finalized, finalizing, stored, settle, finalizations } = world;
const emailResends = dynamoEmailResends(world.client, TABLE_NAME);

/** One invoice and its mail. SES's answers are used up in order; the last one stays. */
function scene(invoice: Invoice, ...answers: readonly MailOutcome['kind'][]) {
  const mails: OutgoingEmail[] = [];
  const state = { passed: 0, connection: connectionOf(invoice.tenant) as Connection | null };
  const left = [...answers];
  const deps: EmailInvoiceDeps = {
    clock: () => later(state.passed, new Date()),
    newId: randomUUID,
    sleep: async (milliseconds) => sleep(Math.min(milliseconds, 10)),
    connections: { find: async () => state.connection },
    emailResends,
    finalizations,
    mailer: {
      async send(email) {
        const kind = (left.length > 1 ? left.shift() : left[0]) ?? 'sent';
        if (kind === 'sent' || kind === 'unknown') mails.push(email);
        return { kind };
      },
    },
  };
  const { tenant, invoiceId } = invoice;
  return { mails, state, deps, email: () => emailInvoice({ tenant, invoiceId }, deps) };
}

const HOUR_MS = 60 * 60 * 1000;

describe('an e-mail that is sent again', () => {
  it('is the same once more, and says when', async () => {
    const invoice = await finalized();
    const { email, mails } = scene(invoice);
    const outcome = await email();
    expect(outcome).toMatchObject({
      kind: 'emailed',
      invoice: { status: 'FINALIZED', email: { status: 'sent', claim: null, unconfirmed: 0 } },
    });
    expect(mails).toMatchObject([
      {
        to: 'jane@example.com',
        subject: expect.stringContaining('INV-1'),
        text: expect.stringContaining(invoice.current.link?.url ?? '?'),
      },
    ]);
    const now = await stored(invoice);
    expect(outcome).toEqual({ kind: 'emailed', invoice: now });
    expect(new Date(now.email.sentAt ?? 0) > new Date(invoice.email.sentAt ?? 0)).toBe(true);
    expect(now.version).toBe(invoice.version);
  });

  it('goes out five times in 24 hours, and then again when the first of them is over', async () => {
    const { email, mails, state } = scene(await finalized());
    for (let count = 0; count < 5; count += 1) {
      expect((await email()).kind).toBe('emailed');
      state.passed += HOUR_MS;
    }
    const sixth = await email();
    expect(sixth).toMatchObject({ kind: 'too_many', code: 'too_many_emails' });
    if (sixth.kind !== 'too_many') throw new Error(sixth.kind);
    expect(sixth.retryAfterSeconds).toBeGreaterThan(19 * 3600 - 10);
    expect(sixth.retryAfterSeconds).toBeLessThanOrEqual(19 * 3600);
    expect(mails).toHaveLength(5);

    state.passed += sixth.retryAfterSeconds * 1000;
    expect((await email()).kind).toBe('emailed');
    expect((await email()).kind).toBe('too_many');
    expect(mails).toHaveLength(6);
  });

  it('asked for ten times at once goes out five times', async () => {
    const { email, mails } = scene(await finalized());
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => email()));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([
      ...Array(5).fill('emailed'),
      ...Array(5).fill('too_many'),
    ]);
    expect(mails).toHaveLength(5);
  });

  it('makes one that had failed sent', async () => {
    const invoice = await finalized();
    const { email } = scene(invoice, 'refused', 'sent');
    expect(await email()).toMatchObject({ invoice: { email: { status: 'failed' } } });
    expect((await stored(invoice)).email.status).toBe('failed');
    expect(await email()).toMatchObject({ invoice: { email: { status: 'sent' } } });
    expect((await stored(invoice)).email.resends).toHaveLength(2);
  });

  it('that SES never got is pending, and its repetition is not counted', async () => {
    const invoice = await finalized();
    const { email, mails } = scene(invoice, ...Array<'unavailable'>(8).fill('unavailable'), 'sent');
    for (let count = 0; count < 8; count += 1) {
      expect(await email()).toMatchObject({ invoice: { email: { status: 'pending', claim: null } } });
    }
    expect(await email()).toMatchObject({ invoice: { email: { status: 'sent', resends: { length: 1 } } } });
    expect(mails).toHaveLength(1);
  });

  it('whose answer was lost stays claimed for a while, and its repetition is counted', async () => {
    const invoice = await finalized();
    const { email, mails, state, deps } = scene(invoice, 'unknown', 'sent');
    expect(await email()).toMatchObject({ invoice: { email: { status: 'pending', unconfirmed: 1 } } });

    const passBy = (milliseconds: number) => {
      state.passed += milliseconds;
    };
    const hasty = { ...deps, sleep: async (milliseconds: number) => passBy(milliseconds) };
    const { tenant, invoiceId } = invoice;
    expect(await emailInvoice({ tenant, invoiceId }, hasty)).toMatchObject({ code: 'try_again' });
    expect(mails).toHaveLength(1);

    state.passed += 30_000;
    expect(await email()).toMatchObject({ invoice: { email: { status: 'sent', resends: { length: 2 } } } });
    expect(mails).toHaveLength(2);
  });
});

describe('nobody is e-mailed', () => {
  it.each(['received', 'completed'] as const)('whose money is %s', async (kind) => {
    const invoice = await finalized();
    const { email, mails } = scene(invoice);
    const money = { amount: 129_900, currency: 'USD' };
    await settle(saying(paidEvent(invoice), { fact: { kind, money, from: 'checkout_session' } }), invoice);
    expect(await email()).toMatchObject({
      kind: 'refused',
      code: kind === 'received' ? 'invoice_paid' : 'payments_in_flight',
    });
    expect(mails).toEqual([]);
  });

  it('for a void invoice', async () => {
    const invoice = await finalized();
    const { email, state } = scene(invoice);
    const { tenant, invoiceId } = invoice;
    const connections = { find: async () => state.connection };
    await voidInvoice({ tenant, invoiceId, confirm: false }, { ...world, connections });
    expect(await email()).toMatchObject({ code: 'invoice_void' });
  });

  it('while the invoice is being finalized', async () => {
    expect(await scene(await finalizing()).email()).toMatchObject({ code: 'try_again' });
  });

  it('who has no address', async () => {
    const customer = { name: 'Jane', email: null };
    const email = { status: 'skipped', to: null, sentAt: null, claim: null, unconfirmed: 0 } as const;
    const invoice = await finalized({ content: content({ customer }), email });
    expect(await scene(invoice).email()).toMatchObject({ code: 'no_email_address' });
  });

  it('without a connection, or while it is off', async () => {
    const { email, state } = scene(await finalized());
    state.connection = connectionOf(aTenant(), { isActive: false });
    expect(await email()).toMatchObject({ code: 'connection_inactive' });
    state.connection = null;
    expect(await email()).toMatchObject({ code: 'connection_not_found' });
  });

  it('for an invoice that is not there, or another tenant’s', async () => {
    const invoice = await finalized();
    expect(await scene({ ...invoice, tenant: aTenant() }).email()).toMatchObject({
      code: 'invoice_not_found',
    });
  });

  it('by one who read the invoice before it was paid', async () => {
    const invoice = await finalized();
    await settle(paidEvent(invoice), invoice);
    const claim = newClaim(randomUUID(), new Date());
    expect(await emailResends.claim(invoice, { ...invoice.email, status: 'pending', claim })).toBe(false);
    expect((await stored(invoice)).email).toEqual(invoice.email);
  });
});
