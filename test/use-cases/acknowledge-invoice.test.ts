import { describe, expect, it } from '@jest/globals';
import { ATTENTIONS, type Attention, type Invoice } from '../../functions/domain/invoice.ts';
import { acknowledgeInvoice } from '../../functions/use-cases/acknowledge-invoice.ts';
import { startInvoices } from '../support/invoices.ts';
import { aTenant, paidEvent, unique } from '../support/samples.ts';

const world = await startInvoices();
const { finalized, stored, settle } = world;

const acknowledge = ({ tenant, invoiceId }: Invoice, ...attention: Attention[]) =>
  acknowledgeInvoice({ tenant, invoiceId, attention }, world);

async function paidTwice(): Promise<Invoice> {
  const invoice = await finalized();
  for (let payment = 0; payment < 2; payment += 1) await settle(paidEvent(invoice), invoice);
  const found = await stored(invoice);
  expect(found.attention).toEqual(['paid_twice']);
  return found;
}

describe('what was seen to', () => {
  it('goes, is kept, and comes back with another payment', async () => {
    const invoice = await paidTwice();
    expect(await acknowledge(invoice, 'paid_twice')).toMatchObject({
      kind: 'acknowledged',
      invoice: { status: 'PAID', attention: [] },
    });
    expect((await stored(invoice)).attention).toEqual([]);
    await settle(paidEvent(invoice), invoice);
    expect((await stored(invoice)).attention).toEqual(['paid_twice']);
  });

  it('stays away when the same events are settled again', async () => {
    const invoice = await finalized();
    const events = [paidEvent(invoice), paidEvent(invoice)];
    for (const event of events) await settle(event, invoice);
    await acknowledge(invoice, 'paid_twice');
    for (const event of events) await settle({ ...event, eventId: unique('evt') }, invoice);
    expect((await stored(invoice)).attention).toEqual([]);
  });

  it('that is not there changes nothing', async () => {
    const invoice = await paidTwice();
    expect(await acknowledge(invoice, 'disputed', 'refunded')).toEqual({ kind: 'acknowledged', invoice });
    expect(await stored(invoice)).toEqual(invoice);
  });

  it('by ten at once, while another payment comes, loses neither', async () => {
    for (let round = 0; round < 10; round += 1) {
      const invoice = await paidTwice();
      const [outcomes] = await Promise.all([
        Promise.all(Array.from({ length: 10 }, () => acknowledge(invoice, ...ATTENTIONS))),
        settle(paidEvent(invoice), invoice),
      ]);
      expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['acknowledged']));
      const { attention, payments } = await stored(invoice);
      expect(Object.keys(payments)).toHaveLength(3);
      // Those who came after the payment have seen it, too.
      expect([[], ['paid_twice']]).toContainEqual(attention);
    }
  });

  it('of an invoice that is not there is not found, also to another tenant', async () => {
    const invoice = await paidTwice();
    expect(await acknowledge({ ...invoice, tenant: aTenant() }, 'paid_twice')).toMatchObject({
      kind: 'refused',
      code: 'invoice_not_found',
    });
    expect((await stored(invoice)).attention).toEqual(['paid_twice']);
  });
});
