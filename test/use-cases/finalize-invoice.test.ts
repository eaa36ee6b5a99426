import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { dynamoFinalizations } from '../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceLinks } from '../../functions/adapters/dynamodb/invoice-links.ts';
import { dynamoSettlements } from '../../functions/adapters/dynamodb/settlements.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import type { Invoice, InvoiceContent, PaymentLink } from '../../functions/domain/invoice.ts';
import { type LinkOrder, type LinkOutcome, type MailOutcome, Unavailable } from '../../functions/ports.ts';
import { type FinalizeInvoiceDeps, finalizeInvoice } from '../../functions/use-cases/finalize-invoice.ts';
import type { FinalizeInvoiceOutcome } from '../../functions/use-cases/finalize-outcome.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { content, NOW } from '../support/builders.ts';
import { documentClient, dump, RETENTION_DAYS, startTable, TABLE_NAME } from '../support/dynamodb.ts';
import { noPayments, reconciliation } from '../support/reconciliation.ts';
import { aTenant, connectionOf, later, link, paidEvent, unique } from '../support/samples.ts';
import { dying, faulty, type Stop, stopsOf } from '../support/stopping.ts';

const client = documentClient(await startTable());
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);

const AFTER_LEASE_MS = 30_000;
const KEY_LIFE_MS = 24 * 60 * 60 * 1000;
const SECRET_KEY = 'sk_test_acme_1';

/** One tenant, its Stripe and its mail, at a time that is set; the database is the real one. */
function scene(changes: Partial<Connection> = {}) {
  const stored = connectionOf(aTenant(), changes);
  const state = {
    now: NOW,
    /** How far the clock goes on by itself at each look. */
    tick: 0,
    /** Many who wait on one clock would each move it on: then they wait, and it stands. */
    isSleepShort: false,
    connection: stored as Connection | null,
    stripeSays: null as LinkOutcome | null,
    mailSays: 'sent' as MailOutcome['kind'],
    beforeLinkIsAnswered: async (_order: LinkOrder): Promise<void> => undefined,
  };
  const links: Array<{ readonly link: PaymentLink; readonly order: LinkOrder; readonly at: number }> = [];
  const mails: Array<{ readonly to: string; readonly text: string }> = [];
  const clock = () => {
    state.now = later(state.tick, state.now);
    return state.now;
  };

  const deps: FinalizeInvoiceDeps = {
    ...reconciliation(client),
    clock,
    newId: randomUUID,
    connections: { find: async () => state.connection },
    invoiceLinks: dynamoInvoiceLinks(client, TABLE_NAME),
    sleep: async (milliseconds) => {
      if (state.isSleepShort) await aMoment();
      else state.now = later(milliseconds, state.now);
    },
    finalizations,
    vault: { open: async () => SECRET_KEY },
    provider: {
      ...noPayments,
      async createPaymentLink(_key, order) {
        if (state.stripeSays) return state.stripeSays;
        const known = links.find(
          (made) =>
            made.order.idempotencyKey === order.idempotencyKey && state.now.getTime() - made.at < KEY_LIFE_MS,
        );
        if (known && JSON.stringify(known.order) !== JSON.stringify(order)) throw new Unavailable('Stripe');
        const made = known ?? { link: link(), order, at: state.now.getTime() };
        if (!known) links.push(made);
        await state.beforeLinkIsAnswered(order);
        return { kind: 'created', link: made.link };
      },
      closePaymentLink: async () => 'closed',
      async findPaymentLink(_key, nonce) {
        return links.find(({ order }) => order.metadata['nonce'] === nonce)?.link ?? null;
      },
    },
    mailer: {
      async send({ to, text }) {
        if (state.mailSays === 'sent' || state.mailSays === 'unknown') mails.push({ to, text });
        return { kind: state.mailSays };
      },
    },
  };
  const invoiceId = unique('inv');
  const { tenant } = stored;
  return {
    state,
    deps,
    links,
    mails,
    tenant,
    invoiceId,
    connection: stored,
    finalize: (asked: InvoiceContent = content(), with_: FinalizeInvoiceDeps = deps) =>
      finalizeInvoice({ tenant, invoiceId, content: asked }, with_),
    stored: () => finalizations.find(tenant, invoiceId),
    wait: (milliseconds: number) => {
      state.now = later(milliseconds, state.now);
    },
  };
}

const aMoment = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

function invoiceOf(outcome: FinalizeInvoiceOutcome): Invoice {
  if (outcome.kind !== 'finalized') throw new Error(`refused: ${outcome.code}`);
  return outcome.invoice;
}

/** What a caller may rely on, whenever it asks. */
const answerOf = ({ invoiceId, status, current, email, content }: Invoice) => ({
  invoiceId,
  status,
  link: current.link,
  content,
  email: { status: email.status, to: email.to },
});

describe('an invoice', () => {
  it('gets one link and one e-mail with it', async () => {
    const { finalize, links, mails, stored, tenant, invoiceId } = scene();
    const invoice = invoiceOf(await finalize());
    expect(invoice).toMatchObject({
      invoiceId,
      status: 'FINALIZED',
      current: { number: 1, link: links[0]?.link },
      email: { status: 'sent', to: 'jane@example.com', sentAt: NOW.toISOString() },
    });
    expect(await stored()).toEqual(invoice);
    expect(mails).toEqual([
      { to: 'jane@example.com', text: expect.stringContaining(links[0]?.link.url ?? '?') },
    ]);
    expect(links.map(({ order }) => order)).toEqual([
      {
        idempotencyKey: expect.stringContaining(`${tenant.orgId}/prod/${invoiceId}/1/`),
        content: content(),
        metadata: {
          invoice_id: invoiceId,
          customer_id: 'cus_1',
          org_id: tenant.orgId,
          env_id: 'prod',
          nonce: invoice.current.nonce,
        },
      },
    ]);
  });

  it('asked for twenty times at once gets one link and one e-mail, and all get it (case 26)', async () => {
    const { finalize, state, links, mails, stored } = scene();
    state.isSleepShort = true;
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => finalize()));
    expect(links).toHaveLength(1);
    expect(mails).toHaveLength(1);
    const answer = await stored();
    if (!answer) throw new Error('not stored');
    for (const outcome of outcomes) expect(answerOf(invoiceOf(outcome))).toEqual(answerOf(answer));
  });

  it('whose lease expired, taken up by ten at once, gets one link and one e-mail', async () => {
    const { finalize, state, links, mails, stored, deps, wait } = scene();
    const broken = { ...deps.provider, createPaymentLink: () => new Promise<never>(() => undefined) };
    void finalize(content(), { ...deps, provider: broken });
    while (!(await stored())) await aMoment();

    wait(AFTER_LEASE_MS);
    state.isSleepShort = true;
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => finalize()));
    expect(links).toHaveLength(1);
    expect(mails).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(answerOf(invoiceOf(outcome))))).size).toBe(1);
  });

  it('asked for again, at once or days later, is the same (case 26)', async () => {
    const { finalize, links, mails, wait } = scene();
    const first = invoiceOf(await finalize());
    for (const days of [0, 1, 40]) {
      wait(days * 86_400_000);
      expect(await finalize()).toEqual({ kind: 'finalized', invoice: first });
    }
    expect(links).toHaveLength(1);
    expect(mails).toHaveLength(1);
  });

  it('is another one in another environment, under the same id', async () => {
    const { finalize, state, deps, links, mails, connection, invoiceId, stored } = scene();
    const first = invoiceOf(await finalize());
    const tenant = { ...connection.tenant, envId: 'dev' };
    state.connection = { ...connection, tenant };
    await finalizeInvoice({ tenant, invoiceId, content: content() }, deps);
    expect(links).toHaveLength(2);
    expect(mails).toHaveLength(2);
    expect(await stored()).toEqual(first);
  });

  it('that somebody else is at is answered with try_again, and changed by nobody', async () => {
    const { finalize, state, deps, links, mails, stored } = scene();
    const hanging = { ...deps.provider, createPaymentLink: () => new Promise<never>(() => undefined) };
    void finalize(content(), { ...deps, provider: hanging });
    let begun = await stored();
    while (!begun) begun = await stored();

    // Twelve seconds pass within a look or two, and the lease still holds.
    state.tick = 3_000;
    expect(await finalize()).toMatchObject({ kind: 'refused', code: 'try_again' });
    expect(await stored()).toEqual(begun);
    expect([links, mails]).toEqual([[], []]);
  });

  it('without e-mail address gets a link and no e-mail (case 31)', async () => {
    const { finalize, links, mails, stored } = scene();
    const invoice = invoiceOf(await finalize(content({ customer: { name: 'Jane', email: null } })));
    expect(invoice).toMatchObject({ status: 'FINALIZED', email: { status: 'skipped', to: null } });
    expect(await stored()).toEqual(invoice);
    expect(links).toHaveLength(1);
    expect(mails).toEqual([]);
  });
});

describe('an e-mail', () => {
  it('that SES refuses is failed, its link stays, and nobody sends it again (case 31)', async () => {
    const { finalize, state, links, mails, stored, wait } = scene();
    state.mailSays = 'refused';
    const invoice = invoiceOf(await finalize());
    expect(invoice).toMatchObject({
      status: 'FINALIZED',
      current: { link: links[0]?.link },
      email: { status: 'failed', sentAt: null },
    });
    state.mailSays = 'sent';
    wait(AFTER_LEASE_MS);
    expect(await finalize()).toEqual({ kind: 'finalized', invoice });
    expect(await stored()).toEqual(invoice);
    expect(mails).toEqual([]);
  });

  it('that SES does not take now is sent by the next call, however often that is (case 31)', async () => {
    const { finalize, state, mails } = scene();
    state.mailSays = 'unavailable';
    for (let tried = 0; tried < 5; tried += 1) {
      expect(invoiceOf(await finalize())).toMatchObject({
        status: 'FINALIZED',
        email: { status: 'pending' },
      });
    }
    state.mailSays = 'sent';
    expect(invoiceOf(await finalize()).email).toMatchObject({ status: 'sent' });
    expect(mails).toHaveLength(1);
  });

  it('of unknown outcome is sent once more when its claim has ended, and never a third time', async () => {
    const { finalize, state, links, mails, wait } = scene();
    state.mailSays = 'unknown';
    expect(invoiceOf(await finalize()).email.status).toBe('pending');
    wait(AFTER_LEASE_MS);
    await finalize();
    expect(mails).toHaveLength(2);
    wait(AFTER_LEASE_MS);
    expect(invoiceOf(await finalize())).toMatchObject({ status: 'FINALIZED', email: { status: 'failed' } });
    wait(AFTER_LEASE_MS);
    expect(invoiceOf(await finalize()).email.status).toBe('failed');
    expect(mails).toHaveLength(2);
    expect(links).toHaveLength(1);
  });
});

describe('what is refused', () => {
  it.each<[string, Partial<InvoiceContent>]>([
    ['amount', { amountDue: 129_901 }],
    ['currency', { currency: 'EUR' }],
    ['number', { invoiceNumber: 'INV-2' }],
    ['customer', { customerId: 'cus_2' }],
    ['address', { customer: { name: 'Jane Doe', email: 'other@example.com' } }],
    ['line items', { lineItems: [{ description: 'x', quantity: 1, amount: 129_900 }] }],
    ['due date', { dueDate: null }],
    ['memo', { memo: 'changed' }],
  ])('is the same invoice with another %s, and nothing is touched (case 29)', async (_, change) => {
    const { finalize, links, mails, stored } = scene();
    const invoice = invoiceOf(await finalize());
    expect(await finalize(content(change))).toMatchObject({ kind: 'refused', code: 'invoice_changed' });
    expect(await stored()).toEqual(invoice);
    expect([links.length, mails.length]).toEqual([1, 1]);
  });

  it.each([
    ['PAID', 'invoice_paid'],
    ['VOID', 'invoice_void'],
  ] as const)('is one that is %s (case 29)', async (status, code) => {
    const { finalize, links, mails, stored, tenant } = scene();
    const invoice = invoiceOf(await finalize());
    const verdict = { status: 'applied', reason: null } as const;
    const settled = { ...invoice, status, version: invoice.version + 1 };
    const decision = { invoice: settled, readVersion: invoice.version, verdict };
    await settlements.commit(tenant, paidEvent(invoice), decision, NOW);
    const before = await stored();
    expect(await finalize()).toMatchObject({ kind: 'refused', code });
    expect(await stored()).toEqual(before);
    expect([links.length, mails.length]).toEqual([1, 1]);
  });

  it.each([
    ['connection_not_found', null],
    ['connection_inactive', { isActive: false }],
  ] as const)('is one with %s, and nothing is stored', async (code, changes) => {
    const { finalize, state, tenant } = scene(changes ?? {});
    if (changes === null) state.connection = null;
    expect(await finalize()).toMatchObject({ kind: 'refused', code });
    expect(await dump(client, tenant.orgId)).toEqual([]);
  });

  it('is what Stripe cannot charge, without asking Stripe (case 22)', async () => {
    for (const wrong of [
      content({ amountDue: 49 }),
      content({ currency: 'KWD', amountDue: 12_345 }),
      content({ currency: 'UGX', amountDue: 500_050 }),
    ]) {
      const { finalize, links, tenant } = scene();
      expect(await finalize(wrong)).toMatchObject({ kind: 'refused', code: 'amount_not_chargeable' });
      expect(links).toEqual([]);
      expect(await dump(client, tenant.orgId)).toEqual([]);
    }
  });

  it.each([
    ['key_rejected', 'stripe_key_rejected'],
    ['not_chargeable', 'amount_not_chargeable'],
  ] as const)(
    'by Stripe (%s) at the first attempt leaves nothing, and may be repeated',
    async (kind, code) => {
      const { finalize, state, tenant, links, mails } = scene();
      state.stripeSays = { kind, detail: 'Stripe says no.' };
      expect(await finalize()).toEqual({ kind: 'refused', code, detail: 'Stripe says no.' });
      expect(await dump(client, tenant.orgId)).toEqual([]);

      state.stripeSays = null;
      expect(invoiceOf(await finalize(content({ memo: 'may differ now' }))).status).toBe('FINALIZED');
      expect([links.length, mails.length]).toEqual([1, 1]);
    },
  );

  it('by Stripe at a later attempt is kept: a link may have come of the first (case 27)', async () => {
    const { finalize, state, deps, stored, links, mails } = scene();
    const lost = {
      ...deps.provider,
      async createPaymentLink(key: string, order: LinkOrder) {
        await deps.provider.createPaymentLink(key, order);
        throw new Unavailable('Stripe');
      },
    };
    await expect(finalize(content(), { ...deps, provider: lost })).rejects.toThrow(Unavailable);
    state.stripeSays = { kind: 'key_rejected', detail: 'no' };
    expect(await finalize()).toMatchObject({ code: 'stripe_key_rejected' });
    expect(await stored()).toMatchObject({ status: 'FINALIZING' });

    state.stripeSays = null;
    expect(invoiceOf(await finalize()).current.link).toEqual(links[0]?.link);
    expect([links.length, mails.length]).toEqual([1, 1]);
  });
});

describe('a payment while the link is being created', () => {
  it('stays, and no e-mail asks for money (case 30)', async () => {
    const { finalize, state, stored, connection, links, mails } = scene();
    state.beforeLinkIsAnswered = async () => {
      const invoice = await stored();
      if (!invoice) throw new Error('the intent is stored first');
      const event = paidEvent(invoice);
      expect(await settlePayment(event, connection, { settlements, clock: () => NOW })).toBe('applied');
    };
    const invoice = invoiceOf(await finalize());
    expect(invoice).toMatchObject({
      status: 'PAID',
      amountPaid: 129_900,
      lease: null,
      // Nobody can pay it any more.
      current: { link: { ...links[0]?.link, active: false } },
    });
    expect(await stored()).toEqual(invoice);
    expect(mails).toEqual([]);
    expect(await finalize()).toMatchObject({ code: 'invoice_paid' });
  });
});

describe('a failure that Stripe repeats under its key', () => {
  const FIVE_MINUTES = 5 * 60_000;

  it('case 27: is no reason for another key where a link came of it', async () => {
    const { finalize, deps, links, mails } = scene();
    const made = {
      ...deps.provider,
      async createPaymentLink(key: string, order: LinkOrder): Promise<LinkOutcome> {
        await deps.provider.createPaymentLink(key, order);
        return { kind: 'stuck' };
      },
    };
    const invoice = invoiceOf(await finalize(content(), { ...deps, provider: made }));
    expect(invoice).toMatchObject({ status: 'FINALIZED', current: { number: 1, link: links[0]?.link } });
    expect([links.length, mails.length]).toEqual([1, 1]);
  });

  it('case 27: is no reason for another key before the link is among the events, however old the generation is', async () => {
    const { finalize, deps, state, links, wait, stored } = scene();
    const down = { ...deps.provider, createPaymentLink: () => Promise.reject(new Unavailable('Stripe')) };
    await expect(finalize(content(), { ...deps, provider: down })).rejects.toThrow(Unavailable);
    wait(FIVE_MINUTES + 1_000);
    let madeAt: number | undefined;
    const failing = {
      ...deps.provider,
      async createPaymentLink(key: string, order: LinkOrder): Promise<LinkOutcome> {
        if (madeAt === undefined) await deps.provider.createPaymentLink(key, order);
        madeAt ??= state.now.getTime();
        return { kind: 'stuck' };
      },
      async findPaymentLink(...asked: Parameters<typeof deps.provider.findPaymentLink>) {
        const isListed = state.now.getTime() - (madeAt ?? 0) >= 3_000;
        return isListed ? deps.provider.findPaymentLink(...asked) : null;
      },
    };
    await expect(finalize(content(), { ...deps, provider: failing })).rejects.toThrow(Unavailable);
    wait(60_000);
    await finalize(content(), { ...deps, provider: failing });
    expect(await stored()).toMatchObject({ status: 'FINALIZED', current: { number: 1 }, previous: [] });
    expect(links).toHaveLength(1);
  });

  it('case 27: is followed by another generation, once a link would be among the events', async () => {
    const { finalize, state, links, mails, wait, stored } = scene();
    state.stripeSays = { kind: 'stuck' };
    await expect(finalize()).rejects.toThrow(Unavailable);
    wait(FIVE_MINUTES - 1_000);
    await expect(finalize()).rejects.toThrow(Unavailable);
    expect(await stored()).toMatchObject({ status: 'FINALIZING', current: { number: 1 }, previous: [] });

    wait(1_000);
    await expect(finalize()).rejects.toThrow(Unavailable);
    expect(await stored()).toMatchObject({ current: { number: 2, link: null }, previous: [{ link: null }] });
    state.stripeSays = null;
    expect(invoiceOf(await finalize())).toMatchObject({ status: 'FINALIZED', current: { number: 2 } });
    expect([links.length, mails.length]).toEqual([1, 1]);
  });
});

describe('a first retry after more than a day', () => {
  it('finds the link that was made, though Stripe has forgotten the key (case 28)', async () => {
    const { finalize, deps, links, mails, wait } = scene();
    const lost = {
      ...deps.provider,
      async createPaymentLink(key: string, order: LinkOrder) {
        await deps.provider.createPaymentLink(key, order);
        throw new Unavailable('Stripe');
      },
    };
    await expect(finalize(content(), { ...deps, provider: lost })).rejects.toThrow(Unavailable);
    wait(KEY_LIFE_MS + 1);
    expect(invoiceOf(await finalize()).current.link).toEqual(links[0]?.link);
    expect([links.length, mails.length]).toEqual([1, 1]);
  });

  it('makes one where none was made', async () => {
    const { finalize, deps, links, wait } = scene();
    const away = { ...deps.provider, createPaymentLink: () => Promise.reject(new Unavailable('Stripe')) };
    await expect(finalize(content(), { ...deps, provider: away })).rejects.toThrow(Unavailable);
    expect(links).toEqual([]);
    wait(KEY_LIFE_MS + 1);
    expect(invoiceOf(await finalize()).current.link).toEqual(links[0]?.link);
    expect(links).toHaveLength(1);
  });
});

const JOURNEY = ['find', 'begin', 'open', 'createPaymentLink', 'saveLink', 'send', 'markEmail'];
const stops = stopsOf(JOURNEY).map(([, , stop]) => stop);

/** The link is saved and the e-mail claimed: whether it is out, the next caller cannot see. */
const holdsEmail = ({ port, when }: Stop) =>
  port > JOURNEY.indexOf('saveLink') + 1 || (JOURNEY[port - 1] === 'saveLink' && when === 'after');

describe('a finalize that is stopped', () => {
  it('that failed before its link was saved need not wait for the lease', async () => {
    for (const stop of stops.filter(({ port }) => JOURNEY[port - 1] === 'open')) {
      const { finalize, deps, links, mails } = scene();
      const { deps: failing } = faulty(deps, { ...stop, process: 'goes on' });
      await expect(finalize(content(), failing)).rejects.toThrow(Unavailable);
      expect(invoiceOf(await finalize()).email.status).toBe('sent');
      expect([links.length, mails.length]).toEqual([1, 1]);
    }
  });

  it('again and again, anywhere, ends in one link and never in a third e-mail (case 25)', async () => {
    // A retry has at most one more call than the first: it finds, takes over, and then goes the same way.
    const retryStops = stopsOf([...JOURNEY, 'one more']).map(([, , stop]) => stop);
    for (const first of stops) {
      for (const second of retryStops) {
        const { finalize, deps, links, mails, wait } = scene();
        await finalize(content(), dying(deps, first).deps).catch(() => null);
        wait(AFTER_LEASE_MS);
        await finalize(content(), dying(deps, second).deps).catch(() => null);
        wait(AFTER_LEASE_MS);
        const invoice = invoiceOf(await finalize());

        const at = JSON.stringify([first, second]);
        expect([at, links.length]).toEqual([at, 1]);
        expect([at, invoice.status, invoice.current.link]).toEqual([at, 'FINALIZED', links[0]?.link]);
        expect([at, mails.length <= 2]).toEqual([at, true]);
        // Twice claimed and never heard of again: it may have arrived twice, so a person must decide.
        const mayBeGivenUp = holdsEmail(first) && invoice.email.status === 'failed';
        expect([at, mayBeGivenUp || invoice.email.status]).toEqual([at, mayBeGivenUp || 'sent']);
        expect([at, mayBeGivenUp || mails.length > 0]).toEqual([at, true]);
      }
    }
  });

  it('and wakes up when another has completed it changes nothing, and sends nothing', async () => {
    const { finalize, deps, links, mails, stored, wait } = scene();
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const sleepy = {
      ...deps.provider,
      async createPaymentLink(key: string, order: LinkOrder) {
        const made = await deps.provider.createPaymentLink(key, order);
        await asleep;
        return made;
      },
    };
    const late = finalize(content(), { ...deps, provider: sleepy });
    while (links.length === 0) await aMoment();
    wait(AFTER_LEASE_MS);
    const invoice = invoiceOf(await finalize());
    wake();
    expect(await late).toMatchObject({ kind: 'refused', code: 'try_again' });
    expect(await stored()).toEqual(invoice);
    expect([links.length, mails.length]).toEqual([1, 1]);
  });
});
