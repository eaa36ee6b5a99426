import { describe, expect, test } from '@jest/globals';
import type { Connection } from '../../functions/domain/connection.ts';
import {
  afterSending,
  beginInvoice,
  claimEmail,
  idempotencyKey,
  isStuckForGood,
  isUsedUp,
  LEASE_MS,
  LINK_LISTED_AFTER_MS,
  linkMetadata,
  type NextStep,
  newClaim,
  nextStep,
  renew,
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
import { merge, type Payment } from '../../functions/domain/payment.ts';
import {
  connection,
  content,
  generation,
  invoice,
  NOW,
  secondsLater,
  sessionUnpaid,
} from '../support/builders.ts';

const held: Claim = { owner: 'caller_1', until: secondsLater(1).toISOString() };
const expired: Claim = { owner: 'caller_1', until: NOW.toISOString() };

function email(changes: Partial<InvoiceEmail> = {}): InvoiceEmail {
  return { status: 'pending', to: 'jane@example.com', sentAt: null, claim: null, unconfirmed: 0, ...changes };
}

describe('the next step of a repeated call', () => {
  const stepOf = (changes: Partial<Invoice>, connected = connection()): NextStep =>
    nextStep(invoice(changes), content(), connected, NOW);

  const leases = [null, expired, held];
  const emails = EMAIL_STATUSES.flatMap((status) => leases.map((claim) => email({ status, claim })));
  const noLink = generation(1, { link: null });
  const closedLink = generation(1, {
    link: { id: 'plink_1', url: 'https://buy.stripe.com/1', active: false },
  });

  test.each<[InvoiceStatus, NextStep]>([
    ['PAID', { kind: 'refuse', code: 'invoice_paid' }],
    ['VOID', { kind: 'refuse', code: 'invoice_void' }],
    ['PAYMENT_PENDING', { kind: 'answer' }],
  ])('case 29: %s decides alone, whatever link, lease, e-mail and connection say', (status, expected) => {
    const connections = [connection(), connection({ attachment: 'conn_2' })];
    for (const current of [generation(1), noLink, closedLink]) {
      for (const lease of leases) {
        for (const standing of emails) {
          for (const connected of connections) {
            expect(stepOf({ status, current, lease, email: standing }, connected)).toEqual(expected);
          }
        }
      }
    }
  });

  test.each<[string, Claim | null, NextStep['kind']]>([
    ['no lease', null, 'create_link'],
    ['an expired lease', expired, 'create_link'],
    ['a held lease', held, 'wait'],
  ])('without a link and with %s, whatever the e-mail says', (_, lease, kind) => {
    for (const status of ['FINALIZING', 'FINALIZED'] as const) {
      for (const standing of emails) {
        expect(stepOf({ status, current: noLink, lease, email: standing })).toEqual({ kind });
      }
    }
  });

  test.each<[string, Partial<Invoice>, Connection]>([
    ['whose link was closed', { current: closedLink }, connection()],
    ['of another Stripe account', {}, connection({ attachment: 'conn_2' })],
    [
      'of another account, begun there without a link',
      { status: 'FINALIZING', current: noLink },
      connection({ attachment: 'conn_2' }),
    ],
  ])('one %s gets another generation, under a lease', (_, changes, connected) => {
    expect(stepOf({ ...changes, lease: null }, connected)).toEqual({ kind: 'renew_link' });
    expect(stepOf({ ...changes, lease: expired }, connected)).toEqual({ kind: 'renew_link' });
    expect(stepOf({ ...changes, lease: held }, connected)).toEqual({ kind: 'wait' });
  });

  test('another key of the same account leaves the link as it is', () => {
    expect(stepOf({}, connection({ version: 2, stripeAccountId: null }))).toEqual({ kind: 'answer' });
  });

  test.each<[string, Claim | null, NextStep['kind']]>([
    ['unclaimed', null, 'send_email'],
    ['whose claim expired', expired, 'send_email'],
    ['that somebody is sending', held, 'wait'],
  ])('FINALIZED with a pending e-mail %s', (_, claim, kind) => {
    for (const lease of leases) {
      expect(stepOf({ lease, email: email({ claim }) })).toEqual({ kind });
    }
  });

  test.each(EMAIL_STATUSES.filter((status) => status !== 'pending'))(
    'FINALIZED with an e-mail that is %s: answer',
    (status: EmailStatus) => {
      for (const claim of leases) {
        expect(stepOf({ email: email({ status, claim }) })).toEqual({ kind: 'answer' });
      }
    },
  );

  test.each<InvoiceStatus>(['FINALIZING', 'FINALIZED', 'PAYMENT_PENDING', 'PAID', 'VOID'])(
    'case 29: other content is refused when %s',
    (status) => {
      const other = content({ amountDue: 1 });
      expect(nextStep(invoice({ status, lease: held }), other, connection(), NOW)).toEqual({
        kind: 'refuse',
        code: 'invoice_changed',
      });
    },
  );
});

describe('a link that was used up', () => {
  const at = { at: secondsLater(30).toISOString(), eventId: 'evt_2' };
  const onItsWay: Payment = {
    ...merge(undefined, sessionUnpaid().notice, { order: 0, afterVoid: false }),
    nonce: generation(1).nonce,
  };
  const failed: Payment = { ...onItsWay, asyncFailed: at };

  test.each<[string, Record<string, Payment>, boolean]>([
    ['whose completed checkout failed is', { pi_1: failed }, true],
    ['is, whatever was paid through others', { pi_0: { ...failed, nonce: 'other' }, pi_1: failed }, true],
    ['whose money is on its way is not', { pi_1: onItsWay }, false],
    ['on which a card was declined is not', { pi_1: { ...onItsWay, completed: null, declined: at } }, false],
    ['is not where it was another link whose money failed', { pi_1: { ...failed, nonce: 'other' } }, false],
    ['that nobody paid is not', {}, false],
  ])('one %s', (_, payments, expected) => {
    expect(isUsedUp(invoice({ payments }))).toBe(expected);
    expect(nextStep(invoice({ payments, lease: null }), content(), connection(), NOW)).toEqual({
      kind: expected ? 'renew_link' : 'answer',
    });
  });
});

describe('another generation', () => {
  const lease: Claim = { owner: 'caller_2', until: secondsLater(28).toISOString() };
  const renewed = (changes: Partial<Invoice> = {}) =>
    renew(invoice(changes), connection({ attachment: 'conn_2', livemode: true }), {
      nonce: 'nonce_new',
      lease,
      now: secondsLater(1),
    });

  test('follows the one before, which is kept: it may have been paid', () => {
    expect(renewed({ version: 7, previous: [generation(0)] })).toMatchObject({
      version: 8,
      lease,
      current: { number: 2, nonce: 'nonce_new', attachment: 'conn_2', livemode: true, link: null },
      previous: [generation(0), generation(1)],
    });
  });

  test('has another idempotency key', () => {
    expect(idempotencyKey(renewed())).not.toBe(idempotencyKey(invoice()));
  });

  test('gets an e-mail of its own, where there is an address', () => {
    const failed = email({ status: 'failed', sentAt: NOW.toISOString(), claim: held, unconfirmed: 2 });
    expect(renewed({ email: failed }).email).toEqual(email({ round: 2 }));
    expect(renewed({ email: { ...failed, round: 2 } }).email.round).toBe(3);
    expect(renewed({ email: email({ to: null, status: 'skipped' }) }).email.status).toBe('skipped');
  });

  test('case 31: sends nothing more to whoever called the first e-mail spam', () => {
    const complained = email({ status: 'complained', sentAt: NOW.toISOString() });
    expect(renewed({ email: complained }).email).toEqual(complained);
  });
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
      current: { number: 1, nonce: 'nonce_1', attachment: 'conn_1', livemode: true, link: null },
      email: { status: 'pending', to: 'jane@example.com', claim: null, unconfirmed: 0 },
      amountPaid: 0,
      payments: {},
      finalizedAt: null,
      attention: [],
      previous: [],
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
  test('names whose attempt it is, part by part', () => {
    expect(idempotencyKey(invoice())).toBe('org_1/prod/inv_1/1/nonce_1');
  });

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

describe('a generation whose key repeats a failure of Stripe', () => {
  const stuckAt = NOW.toISOString();
  const msLater = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

  test('is given up once a link that came of it would be among the events', () => {
    expect(isStuckForGood(generation(1, { stuckAt }), msLater(LINK_LISTED_AFTER_MS - 1))).toBe(false);
    expect(isStuckForGood(generation(1, { stuckAt }), msLater(LINK_LISTED_AFTER_MS))).toBe(true);
  });

  test('is not where it never failed, however old it is', () => {
    const startedAt = secondsLater(-86_400).toISOString();
    expect(isStuckForGood(generation(1, { startedAt }), msLater(LINK_LISTED_AFTER_MS))).toBe(false);
  });
});
