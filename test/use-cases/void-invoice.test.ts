import { afterEach, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { stripeClients } from '../../functions/adapters/stripe/client.ts';
import { stripePaymentProvider } from '../../functions/adapters/stripe/payment-provider.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import { Unavailable } from '../../functions/ports.ts';
import { closeLinks } from '../../functions/use-cases/close-links.ts';
import { type VoidInvoiceDeps, voidInvoice } from '../../functions/use-cases/void-invoice.ts';
import { content } from '../support/builders.ts';
import { startInvoices } from '../support/invoices.ts';
import { aTenant, connectionOf, later, paidEvent, saying } from '../support/samples.ts';
import { NOBODY } from '../support/stub-server.ts';

const world = await startInvoices();
const { stripe, secretKey, finalizing, finalized, linkOf, stored, settle } = world;
afterEach(() => stripe.clearFaults());

const deps = (changes: Partial<VoidInvoiceDeps> = {}): VoidInvoiceDeps => ({
  ...world,
  connections: { find: async (tenant) => connectionOf(tenant) },
  ...changes,
});
const withdraw = ({ tenant, invoiceId }: Invoice, confirm = false, changes: Partial<VoidInvoiceDeps> = {}) =>
  voidInvoice({ tenant, invoiceId, confirm }, deps(changes));

const Link = v.looseObject({ active: v.boolean() });
const isActive = async (linkId: string) =>
  v.parse(Link, JSON.parse(await stripe.read(`/v1/payment_links/${linkId}`, secretKey))).active;
const Sessions = v.object({ data: v.array(v.object({ status: v.string() })) });
const sessionsOf = async (linkId: string) =>
  v
    .parse(Sessions, JSON.parse(await stripe.read(`/v1/checkout/sessions?payment_link=${linkId}`, secretKey)))
    .data.map(({ status }) => status);

function linkIdOf({ current }: Invoice): string {
  if (!current.link) throw new Error('no link');
  return current.link.id;
}

describe('a finalized invoice', () => {
  it('is void, its link inactive and the open checkouts expired, at Stripe and as recorded', async () => {
    const invoice = await finalized();
    await fetch(invoice.current.link?.url ?? '');
    await fetch(invoice.current.link?.url ?? '');
    expect(await sessionsOf(linkIdOf(invoice))).toEqual(['open', 'open']);

    const outcome = await withdraw(invoice);
    expect(outcome).toMatchObject({
      kind: 'void',
      invoice: { status: 'VOID', current: { link: { active: false } }, voidedAt: expect.any(String) },
    });
    expect(outcome).toEqual({ kind: 'void', invoice: await stored(invoice) });
    expect(await isActive(linkIdOf(invoice))).toBe(false);
    expect(await sessionsOf(linkIdOf(invoice))).toEqual(['expired', 'expired']);
  });

  it('of several generations has every link closed', async () => {
    const invoice = await finalized();
    const old = { ...invoice.current, number: 0, nonce: 'old' };
    const link = await linkOf({ ...invoice, current: old });
    const previous = [{ ...old, link }];
    const other = await finalized({ previous });
    await withdraw(other);
    expect([await isActive(link.id), await isActive(linkIdOf(other))]).toEqual([false, false]);
    expect((await stored(other)).previous[0]?.link?.active).toBe(false);
  });

  it('that is void already stays so, and Stripe is not asked again', async () => {
    const invoice = await finalized();
    await withdraw(invoice);
    const before = await stored(invoice);
    const asked = (await stripe.requests()).length;
    expect(await withdraw(invoice)).toEqual({ kind: 'void', invoice: before });
    expect(await stored(invoice)).toEqual(before);
    expect(await stripe.requests()).toHaveLength(asked);
  });

  it('voided by ten at once is void once', async () => {
    const invoice = await finalized();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => withdraw(invoice)));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['void']));
    const voidedAt = outcomes.map((outcome) => outcome.kind === 'void' && outcome.invoice.voidedAt);
    expect(new Set(voidedAt)).toEqual(new Set([(await stored(invoice)).voidedAt]));
  });
});

describe('an invoice with money', () => {
  it('that is paid is not voided', async () => {
    const invoice = await finalized();
    await settle(paidEvent(invoice), invoice);
    expect(await withdraw(invoice, true)).toMatchObject({ kind: 'refused', code: 'invoice_paid' });
    expect((await stored(invoice)).status).toBe('PAID');
    expect(await isActive(linkIdOf(invoice))).toBe(true);
  });

  it.each(['received', 'completed'] as const)('that is partly %s needs confirmation', async (kind) => {
    const invoice = await finalized();
    const money = { amount: kind === 'received' ? 100 : 129_900, currency: 'USD' };
    await settle(saying(paidEvent(invoice), { fact: { kind, money, from: 'checkout_session' } }), invoice);
    const before = await stored(invoice);
    expect(await withdraw(invoice)).toMatchObject({ kind: 'refused', code: 'payments_in_flight' });
    expect(await stored(invoice)).toEqual(before);
    expect(await isActive(linkIdOf(invoice))).toBe(true);

    expect(await withdraw(invoice, true)).toMatchObject({ kind: 'void', invoice: { status: 'VOID' } });
    expect(await isActive(linkIdOf(invoice))).toBe(false);
  });

  it('paid and voided at the same time is one or the other', async () => {
    const ended = [];
    for (let round = 0; round < 25; round += 1) {
      const invoice = await finalized();
      const [outcome] = await Promise.all([withdraw(invoice), settle(paidEvent(invoice), invoice)]);
      const { status, attention, amountPaid } = await stored(invoice);
      ended.push(status);
      expect({ outcome: outcome.kind, attention, amountPaid }).toEqual(
        status === 'PAID'
          ? { outcome: 'refused', attention: [], amountPaid: 129_900 }
          : { outcome: 'void', attention: ['paid_after_void'], amountPaid: 0 },
      );
    }
    expect(ended.every((status) => status === 'PAID' || status === 'VOID')).toBe(true);
  });
});

describe('an invoice that is being finalized', () => {
  it('is void, and the link that is saved later is closed by whoever saves it', async () => {
    const invoice = await finalizing();
    const link = await linkOf(invoice);
    expect(await withdraw(invoice)).toMatchObject({ kind: 'void', invoice: { current: { link: null } } });
    expect(await stored(invoice)).toMatchObject({ status: 'VOID', lease: invoice.lease });

    const saved = await world.finalizations.saveLink(invoice, link, world.clock());
    if (saved?.status !== 'VOID') throw new Error(`saved as ${saved?.status}`);
    await closeLinks(saved, { secretKey, attachment: saved.current.attachment }, deps());
    expect(await stored(invoice)).toMatchObject({ status: 'VOID', current: { link: { active: false } } });
  });

  it('whose finalize broke off after Stripe made the link has it found and closed', async () => {
    const invoice = await finalizing();
    const link = await linkOf(invoice);
    await withdraw(invoice);
    expect(await isActive(link.id)).toBe(true);

    await withdraw(invoice, false, { clock: () => later(30_000, new Date()) });
    expect(await isActive(link.id)).toBe(false);
    expect((await stored(invoice)).current.link).toEqual({ ...link, active: false });
  });

  it('whose finalize broke off before that is simply void', async () => {
    const invoice = await finalizing();
    const clock = () => later(30_000, new Date());
    expect(await withdraw(invoice, false, { clock })).toMatchObject({ invoice: { current: { link: null } } });
  });
});

describe('where something is away', () => {
  it('at Stripe, it is void all the same, and another call completes it', async () => {
    const invoice = await finalized();
    await stripe.fault({ path: `/v1/payment_links/${linkIdOf(invoice)}`, kind: '500', times: 2 });
    await expect(withdraw(invoice)).rejects.toThrow(Unavailable);
    expect(await stored(invoice)).toMatchObject({ status: 'VOID', current: { link: { active: true } } });
    expect(await withdraw(invoice)).toMatchObject({ invoice: { current: { link: { active: false } } } });
    expect(await isActive(linkIdOf(invoice))).toBe(false);
  });

  it('Stripe out of reach says so', async () => {
    const invoice = await finalized();
    const provider = stripePaymentProvider(stripeClients(NOBODY));
    await expect(withdraw(invoice, false, { provider })).rejects.toThrow(Unavailable);
    expect((await stored(invoice)).status).toBe('VOID');
  });

  it.each<[string, Partial<VoidInvoiceDeps>]>([
    ['without a connection', { connections: { find: async (): Promise<Connection | null> => null } }],
    ['with a key that Stripe rejects', { vault: { open: async () => 'sk_nonsense' } }],
  ])('%s the link stays recorded as active', async (_, changes) => {
    const invoice = await finalized();
    expect(await withdraw(invoice, false, changes)).toMatchObject({
      kind: 'void',
      invoice: { status: 'VOID', current: { link: { active: true } } },
    });
    expect(await stored(invoice)).toMatchObject({ status: 'VOID', current: { link: { active: true } } });
  });
});

it('that is not there is not found, also to another tenant', async () => {
  const invoice = await finalized({ content: content({ memo: 'theirs' }) });
  expect(await withdraw({ ...invoice, tenant: aTenant() })).toMatchObject({ code: 'invoice_not_found' });
  expect((await stored(invoice)).status).toBe('FINALIZED');
});
