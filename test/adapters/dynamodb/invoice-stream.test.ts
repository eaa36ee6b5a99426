import { describe, expect, it } from '@jest/globals';
import { dynamoInvoiceStream } from '../../../functions/adapters/dynamodb/invoice-stream.ts';
import { newClaim, renew } from '../../../functions/domain/finalization.ts';
import type { Invoice } from '../../../functions/domain/invoice.ts';
import { eventsBetween } from '../../../functions/domain/invoice-events.ts';
import type { PaymentNotice } from '../../../functions/domain/payment.ts';
import { acknowledgeInvoice } from '../../../functions/use-cases/acknowledge-invoice.ts';
import { closeLinks } from '../../../functions/use-cases/close-links.ts';
import { voidInvoice } from '../../../functions/use-cases/void-invoice.ts';
import { startInvoices } from '../../support/invoices.ts';
import { begun, connectionOf, later, link, paidEvent, saying, unique } from '../../support/samples.ts';
import { streamOfInvoices } from '../../support/stream.ts';

const world = await startInvoices();
const { clock, client, finalizations, finalized, finalizing, settle, stored } = world;
const stream = await streamOfInvoices(client);
const connections = { find: async () => null };

async function changesOf({ tenant, invoiceId }: Invoice) {
  const { changes, unreadable } = dynamoInvoiceStream.read(await stream.read());
  expect(unreadable).toEqual([]);
  return changes.filter(({ after }) => after.tenant.orgId === tenant.orgId && after.invoiceId === invoiceId);
}

/** What is told of one payment. */
const notice = (
  invoice: Invoice,
  kind: Extract<PaymentNotice['fact'], { money: unknown; from: unknown }>['kind'],
  { paymentId = unique('pi'), amount = invoice.content.amountDue, at = clock().toISOString() } = {},
) => {
  const money = { amount, currency: invoice.content.currency };
  return saying(paidEvent(invoice), { paymentId, at, fact: { kind, money, from: 'checkout_session' } });
};

/** Everything that may be written to invoices, each as often as it takes. */
const lives: Readonly<Record<string, () => Promise<Invoice>>> = {
  async 'finalized, its e-mail claimed and sent'() {
    const invoice = await finalizing();
    await finalizations.release(invoice, clock());
    const lease = newClaim(unique('owner'), clock());
    await finalizations.takeOver(invoice, lease);
    const saved = await finalizations.saveLink({ ...invoice, lease }, link(), clock());
    if (!saved) throw new Error('the lease was lost');
    const claimed = await finalizations.claimEmail(saved, newClaim(unique('owner'), later(60_000, clock())));
    if (claimed) await finalizations.markEmail(claimed, { ...claimed.email, status: 'sent' }, clock());
    return saved;
  },
  async 'abandoned at its first attempt, begun again, and paid'() {
    const first = await finalizing();
    await finalizations.abandon(first);
    const again = begun(first.tenant, { invoiceId: first.invoiceId }, later(1, new Date(first.createdAt)));
    await finalizations.begin(again);
    const saved = await finalizations.saveLink(again, link(), clock());
    if (!saved) throw new Error('the lease was lost');
    await settle(paidEvent(saved), saved);
    return saved;
  },
  async 'paid before its link was saved'() {
    const invoice = await finalizing();
    await settle(notice(invoice, 'received'), invoice);
    await finalizations.saveLink(invoice, link(), clock());
    return invoice;
  },
  async 'declined twice, paid, paid again, seen to'() {
    const invoice = await finalized();
    const [early, late] = ['2026-03-01T12:00:00.000Z', '2026-03-01T12:05:00.000Z'];
    await settle(notice(invoice, 'declined', { paymentId: 'pi_1', at: early }), invoice);
    await settle(notice(invoice, 'declined', { paymentId: 'pi_1', at: late }), invoice);
    await settle(notice(invoice, 'received', { paymentId: 'pi_1', at: late }), invoice);
    await settle(notice(invoice, 'received', { paymentId: 'pi_2', at: late }), invoice);
    await acknowledgeInvoice({ ...invoice, attention: ['paid_twice'] }, world);
    return invoice;
  },
  async 'paid in ten parts at once'() {
    const invoice = await finalized();
    const parts = Array.from({ length: 10 }, () => notice(invoice, 'received', { amount: 12_990 }));
    await Promise.all(parts.map((part) => settle(part, invoice)));
    return invoice;
  },
  async 'failed late, given another link, the first one closed'() {
    const invoice = await finalized();
    const started = later(60_000, clock()).toISOString();
    await settle(notice(invoice, 'completed', { paymentId: 'pi_1', at: started }), invoice);
    await settle(notice(invoice, 'async_failed', { paymentId: 'pi_1', at: started }), invoice);
    const used = await stored(invoice);
    const lease = newClaim(unique('owner'), clock());
    const renewed = renew(used, connectionOf(invoice.tenant), {
      nonce: unique('nonce'),
      lease,
      now: clock(),
    });
    await finalizations.renew(used, renewed);
    await finalizations.saveLink(renewed, link(), clock());
    const { attachment } = invoice.current;
    await closeLinks(await stored(invoice), { secretKey: world.secretKey, attachment }, world);
    return invoice;
  },
  async 'void, and paid after it'() {
    const invoice = await finalized();
    await voidInvoice({ ...invoice, confirm: true }, { ...world, connections });
    await settle(notice(invoice, 'received'), invoice);
    return invoice;
  },
};

describe('an invoice in the stream', () => {
  it.each<[string, string[]]>([
    ['finalized, its e-mail claimed and sent', ['finalized']],
    ['abandoned at its first attempt, begun again, and paid', ['finalized', 'paid']],
    ['paid before its link was saved', ['paid', 'finalized']],
    [
      'declined twice, paid, paid again, seen to',
      ['finalized', 'payment_failed', 'paid', 'attention', 'attention'],
    ],
    ['paid in ten parts at once', ['finalized', 'attention', 'paid', 'attention']],
    ['failed late, given another link, the first one closed', ['finalized', 'payment_failed']],
    ['void, and paid after it', ['finalized', 'attention']],
  ])('that was %s is told as %j', async (name, types) => {
    const live = lives[name];
    if (!live) throw new Error(name);
    const invoice = await live();
    const changes = await changesOf(invoice);
    expect(changes.at(-1)?.after).toEqual(await stored(invoice));
    const events = changes.flatMap(({ before, after }) => eventsBetween(before, after));
    expect(events.map(({ type }) => type)).toEqual(types.map((type) => `invoice.${type}`));
  });

  it('raises the version with whatever is told, so that no two changes share an id', async () => {
    for (const live of Object.values(lives)) await live();
    const { changes, unreadable } = dynamoInvoiceStream.read(await stream.read());
    expect(unreadable).toEqual([]);
    const telling = changes.filter(({ before, after }) => eventsBetween(before, after).length > 0);
    expect(telling.length).toBeGreaterThan(20);
    for (const { before, after } of telling) expect(after.version).toBeGreaterThan(before?.version ?? 0);
    const ids = telling.flatMap(({ before, after }) => eventsBetween(before, after)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('stands with its places in the stream, which rise', async () => {
    const invoice = await finalized();
    const places = (await changesOf(invoice)).map(({ sequenceNumber }) => Number(sequenceNumber));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(new Set(places).size).toBe(places.length);
  });
});

describe('a record', () => {
  const record = async () => {
    const invoice = await finalized();
    const { Records } = await stream.read();
    const own = Records.filter(({ dynamodb }) => dynamodb?.NewImage?.['invoiceId']?.S === invoice.invoiceId);
    return { invoice, last: own.at(-1)?.dynamodb };
  };

  it.each([
    ['a status that is unknown', { status: { S: 'SETTLED' } }],
    ['a part that is missing', { content: { M: {} } }],
    ['an attribute that is none', { version: { X: '1' } }],
  ])('with %s is unreadable, names its invoice, and leaves the others readable', async (_, change) => {
    const { invoice, last } = await record();
    const broken = { ...last, NewImage: { ...last?.NewImage, ...change } };
    const { changes, unreadable } = dynamoInvoiceStream.read({
      Records: [{ dynamodb: last }, { dynamodb: broken }, { dynamodb: last }],
    });
    expect(changes).toHaveLength(2);
    expect(unreadable).toMatchObject([{ tenant: invoice.tenant, invoiceId: invoice.invoiceId }]);
  });

  it.each([null, {}, { Records: [{}] }, { Records: 'none' }])(
    'is asked for, and %j holds none; what was brought is not repeated in the error',
    (batch) => {
      expect(() => dynamoInvoiceStream.read(batch)).toThrow("not records of the table's stream");
    },
  );
});
