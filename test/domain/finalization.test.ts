import { describe, expect, test } from '@jest/globals';
import {
  afterSending,
  beginInvoice,
  claimEmail,
  idempotencyKey,
  LEASE_MS,
  linkMetadata,
  type NextStep,
  newClaim,
  nextStep,
} from '../../functions/domain/finalization.ts';
import {
  type Claim,
  claimExpired,
  EMAIL_STATUSES,
  type EmailStatus,
  type Invoice,
  type InvoiceContent,
  type InvoiceEmail,
  type InvoiceStatus,
  sameContent,
} from '../../functions/domain/invoice.ts';
import { connection, content, generation, invoice, NOW, secondsLater } from '../support/builders.ts';

const held: Claim = { owner: 'caller_1', until: secondsLater(1).toISOString() };
const expired: Claim = { owner: 'caller_1', until: NOW.toISOString() };

function email(changes: Partial<InvoiceEmail> = {}): InvoiceEmail {
  return { status: 'pending', to: 'jane@example.com', sentAt: null, claim: null, unconfirmed: 0, ...changes };
}

describe('the next step of a repeated call', () => {
  const stepsOf = (status: InvoiceStatus, changes: Partial<Invoice>): NextStep =>
    nextStep(invoice({ status, ...changes }), content(), NOW);

  const leases = [null, expired, held];
  const emails = EMAIL_STATUSES.flatMap((status) => leases.map((claim) => email({ status, claim })));

  test.each<[InvoiceStatus, NextStep]>([
    ['PAID', { kind: 'refuse', code: 'invoice_paid' }],
    ['VOID', { kind: 'refuse', code: 'invoice_void' }],
    ['PAYMENT_PENDING', { kind: 'answer' }],
  ])('case 29: %s decides alone, whatever lease and e-mail say', (status, expected) => {
    for (const lease of leases) {
      for (const standing of emails) {
        expect(stepsOf(status, { lease, email: standing })).toEqual(expected);
      }
    }
  });

  test.each<[string, Claim | null, NextStep['kind']]>([
    ['no lease', null, 'create_link'],
    ['an expired lease', expired, 'create_link'],
    ['a held lease', held, 'wait'],
  ])('FINALIZING with %s, whatever the e-mail says', (_, lease, kind) => {
    for (const standing of emails) {
      expect(stepsOf('FINALIZING', { lease, email: standing })).toEqual({ kind });
    }
  });

  test.each<[string, Claim | null, NextStep['kind']]>([
    ['unclaimed', null, 'send_email'],
    ['whose claim expired', expired, 'send_email'],
    ['that somebody is sending', held, 'wait'],
  ])('FINALIZED with a pending e-mail %s', (_, claim, kind) => {
    for (const lease of leases) {
      expect(stepsOf('FINALIZED', { lease, email: email({ claim }) })).toEqual({ kind });
    }
  });

  test.each(EMAIL_STATUSES.filter((status) => status !== 'pending'))(
    'FINALIZED with an e-mail that is %s: answer',
    (status: EmailStatus) => {
      for (const claim of leases) {
        expect(stepsOf('FINALIZED', { email: email({ status, claim }) })).toEqual({ kind: 'answer' });
      }
    },
  );

  test.each<InvoiceStatus>(['FINALIZING', 'FINALIZED', 'PAYMENT_PENDING', 'PAID', 'VOID'])(
    'case 29: other content is refused when %s',
    (status) => {
      const other = content({ amountDue: 1 });
      expect(nextStep(invoice({ status, lease: held }), other, NOW)).toEqual({
        kind: 'refuse',
        code: 'invoice_changed',
      });
    },
  );
});

describe('the same content', () => {
  const full = content({
    lineItems: [
      { description: 'One', quantity: 1, amount: 100_000 },
      { description: 'Two', quantity: 2, amount: 29_900 },
    ],
    memo: 'Thanks',
  });

  test('is the same in another order of properties', () => {
    const { memo, dueDate, customer, ...others } = full;
    const reordered: InvoiceContent = {
      memo,
      customer: { email: customer.email, name: customer.name },
      ...others,
      dueDate,
    };
    expect(sameContent(full, reordered)).toBe(true);
  });

  test.each<[string, Partial<InvoiceContent>]>([
    ['invoiceNumber', { invoiceNumber: 'INV-2' }],
    ['customerId', { customerId: 'cus_2' }],
    ['customer name', { customer: { ...full.customer, name: 'John' } }],
    ['customer e-mail', { customer: { ...full.customer, email: null } }],
    ['currency', { currency: 'EUR' }],
    ['amountDue', { amountDue: 129_901 }],
    ['a line fewer', { lineItems: full.lineItems.slice(1) }],
    ['lines in another order', { lineItems: full.lineItems.toReversed() }],
    ['a quantity', { lineItems: full.lineItems.map((line) => ({ ...line, quantity: 3 })) }],
    ['due date', { dueDate: null }],
    ['memo', { memo: '' }],
  ])('is not: %s', (_, changes) => {
    expect(sameContent(full, { ...full, ...changes })).toBe(false);
  });
});

describe('an intent', () => {
  const begin = (changes: Partial<InvoiceContent> = {}) =>
    beginInvoice(connection({ livemode: true }), 'inv_1', content(changes), {
      nonce: 'nonce_1',
      lease: held,
      now: NOW,
    });

  test('is FINALIZING, under its lease, in the mode and account of the connection', () => {
    expect(begin()).toMatchObject({
      status: 'FINALIZING',
      lease: held,
      current: { number: 1, nonce: 'nonce_1', account: 'acct_1', livemode: true, link: null },
      email: { status: 'pending', to: 'jane@example.com', claim: null, unconfirmed: 0 },
      amountPaid: 0,
      payments: {},
      finalizedAt: null,
    });
  });

  test('case 31: without an address its e-mail is skipped', () => {
    expect(begin({ customer: { name: 'Jane', email: null } }).email).toMatchObject({
      status: 'skipped',
      to: null,
    });
  });

  test('puts ids and nonce into the metadata of the link', () => {
    expect(linkMetadata(begin())).toEqual({
      invoice_id: 'inv_1',
      customer_id: 'cus_1',
      org_id: 'org_1',
      env_id: 'prod',
      nonce: 'nonce_1',
    });
  });
});

describe('a lease', () => {
  test('ends before the 30 seconds after which another call may complete it', () => {
    expect(LEASE_MS).toBeLessThan(30_000);
    expect(newClaim('caller_1', NOW)).toEqual({
      owner: 'caller_1',
      until: new Date(NOW.getTime() + LEASE_MS).toISOString(),
    });
  });

  test('has expired at its very end, and not a millisecond earlier', () => {
    const claim = newClaim('caller_1', NOW);
    expect(claimExpired(claim, new Date(NOW.getTime() + LEASE_MS - 1))).toBe(false);
    expect(claimExpired(claim, new Date(NOW.getTime() + LEASE_MS))).toBe(true);
    expect(claimExpired(null, NOW)).toBe(true);
  });
});

describe('the idempotency key', () => {
  test('has at most 255 characters with the longest ids', () => {
    const longest = invoice({
      tenant: { orgId: 'o'.repeat(64), envId: 'e'.repeat(64) },
      invoiceId: 'i'.repeat(64),
      current: generation(99_999, { nonce: crypto.randomUUID() }),
    });
    expect(idempotencyKey(longest).length).toBeLessThanOrEqual(255);
  });

  test('case 27: is the same for every repetition of one attempt, and another for any other', () => {
    const attempt = invoice({ current: generation(1, { link: null }) });
    expect(idempotencyKey({ ...attempt, lease: held, version: 9, updatedAt: 'later' })).toBe(
      idempotencyKey(attempt),
    );
    const keys = [
      attempt,
      invoice({ tenant: { orgId: 'org_1', envId: 'test' } }),
      invoice({ tenant: { orgId: 'org_2', envId: 'prod' } }),
      invoice({ invoiceId: 'inv_2' }),
      invoice({ current: generation(2, { nonce: 'nonce_1' }) }),
      invoice({ current: generation(1, { nonce: 'nonce_2' }) }),
    ].map(idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the e-mail', () => {
  test('claimed counts as begun until its outcome is known', () => {
    expect(claimEmail(email(), held)).toEqual(email({ claim: held, unconfirmed: 1 }));
  });

  test('case 25: is given up after two sends of which nothing was heard', () => {
    const once = claimEmail(email(), held);
    const twice = claimEmail(once, held);
    expect(twice).toMatchObject({ status: 'pending', claim: held, unconfirmed: 2 });
    expect(claimEmail(twice, held)).toMatchObject({ status: 'failed', claim: null });
  });

  test('one that is not pending is not claimed', () => {
    for (const status of EMAIL_STATUSES.filter((other) => other !== 'pending')) {
      expect(claimEmail(email({ status }), held)).toEqual(email({ status }));
    }
  });

  test.each([
    ['sent', { status: 'sent', sentAt: NOW.toISOString() }],
    ['refused', { status: 'failed' }],
    ['unavailable', { status: 'pending' }],
  ] as const)('after it was %s, its outcome is known', (outcome, changes) => {
    const sending = claimEmail(email(), held);
    expect(afterSending(sending, outcome, NOW)).toEqual(email(changes));
  });

  test('case 31: refused for now as often as may be, it is still tried again', () => {
    let standing = email();
    for (let attempt = 0; attempt < 9; attempt += 1) {
      standing = afterSending(claimEmail(standing, held), 'unavailable', NOW);
    }
    expect(standing).toEqual(email());
  });
});
