import type { Invoice, RunningSystem, TenantOf } from '../system/running-system.ts';
import type { SentEvent } from './delivery.ts';
import { expectedEmails, expectedOf, type Outcome } from './expected.ts';
import { countOf, type FaultsMet } from './faults.ts';
import { linksByAddress, listEvents, listInvoices } from './inbox.ts';
import type { Order } from './orders.ts';

/** What is not as it must be. */
export type Wrong = { readonly order: Order | null; readonly what: string };

export type Tally = {
  /** In words, how often each outcome was expected and seen. */
  readonly outcomes: ReadonlyMap<string, { readonly expected: number; readonly actual: number }>;
  readonly wrong: readonly Wrong[];
};

/** Compares every invoice, as the API lists it, with what must have become of it. */
export async function tallyInvoices(tenants: readonly TenantOf[], orders: readonly Order[]): Promise<Tally> {
  const found = new Map<string, Invoice>();
  const wrong: Wrong[] = [];
  for (const tenant of tenants) {
    for (const invoice of await listInvoices(tenant)) {
      const id = `${tenant.orgId}/${invoice.invoice_id}`;
      if (found.has(id)) wrong.push({ order: null, what: `${id} is listed twice` });
      found.set(id, invoice);
    }
  }
  if (found.size !== orders.length) {
    wrong.push({ order: null, what: `${found.size} invoices are listed, and ${orders.length} finalized` });
  }

  const outcomes = new Map<string, { expected: number; actual: number }>();
  const count = (outcome: Outcome | null, seen: 'expected' | 'actual') => {
    const name = outcome ? [outcome.status, ...outcome.attention].join(' ') : 'missing';
    const counts = outcomes.get(name) ?? { expected: 0, actual: 0 };
    outcomes.set(name, { ...counts, [seen]: counts[seen] + 1 });
  };
  for (const order of orders) {
    const invoice = found.get(`${order.tenant.orgId}/${order.invoiceId}`);
    const expected = expectedOf(order.life, order.due, [...order.payments, ...order.laterPayments]);
    const actual = invoice ? outcomeOf(invoice) : null;
    count(expected, 'expected');
    count(actual, 'actual');
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      wrong.push({
        order,
        what: `expected ${JSON.stringify(expected)}\n  but it is ${JSON.stringify(actual)}`,
      });
    }
  }
  return { outcomes, wrong };
}

function outcomeOf({ status, amount_paid, attention, payments, payment_link, email }: Invoice): Outcome {
  return {
    status,
    amountPaid: amount_paid,
    attention: attention.toSorted(),
    payments: payments
      .map(({ provider_payment_id: id, amount, currency }) => `${id} ${amount} ${currency}`)
      .sort(),
    statuses: payments.map((payment) => `${payment.status} ${payment.amount}`).sort(),
    hasActiveLink: payment_link?.active ?? false,
    isAsked: status === 'FINALIZED' ? email.status !== 'pending' : null,
  };
}

/**
 * Compares the inbox with what was sent: every event once, with a status that it may have, counted as often as it came.
 * The SDK repeats a count that DynamoDB did not answer, or not in time: it may be one higher for each such answer.
 */
export async function tallyEvents(
  tenants: readonly TenantOf[],
  events: readonly SentEvent[],
  orders: readonly Order[],
  unanswered: number,
): Promise<readonly Wrong[]> {
  const wrong: Wrong[] = [];
  const expected = new Map(events.map((event) => [event.id, event]));
  let countedTooOften = 0;
  for (const tenant of tenants) {
    for (const { event_id, type, status, deliveries } of await listEvents(tenant)) {
      const event = expected.get(event_id);
      expected.delete(event_id);
      if (event?.tenant !== tenant) {
        wrong.push({ order: null, what: `${event_id} is once too often in the inbox of ${tenant.orgId}` });
        continue;
      }
      const order = orderOf(event);
      if (!event.statuses.includes(status)) {
        wrong.push({ order, what: `${event_id} ${type} is ${status}, not ${event.statuses.join(' or ')}` });
      }
      if (deliveries < event.taken) {
        wrong.push({ order, what: `${event_id} was taken ${event.taken} times, and counted ${deliveries}` });
      }
      countedTooOften += Math.max(0, deliveries - event.sent);
    }
  }
  for (const event of expected.values()) {
    wrong.push({ order: orderOf(event), what: `${event.id} ${event.type} is not in the inbox` });
  }
  if (countedTooOften > unanswered) {
    const what = `${countedTooOften} deliveries too many are counted, and DynamoDB left ${unanswered} calls unanswered`;
    wrong.push({ order: null, what });
  }
  return wrong;

  function orderOf({ tenant, invoiceId }: SentEvent): Order | null {
    return orders.find((order) => order.tenant === tenant && order.invoiceId === invoiceId) ?? null;
  }
}

/**
 * One e-mail for each link, and two at the most. One more only for each answer that SES lost. One less only where SES took none, and
 * nobody was to pay by that link any more when it would have; or where it twice said nothing, which is once too often to try
 * again. Whoever is still asked for money has the link, where we say that it was sent.
 */
export async function tallyEmails(
  system: RunningSystem,
  tenants: readonly TenantOf[],
  orders: readonly Order[],
  faults: FaultsMet,
): Promise<readonly Wrong[]> {
  const sent = await linksByAddress(system);
  const asked = new Map<string, string>();
  for (const tenant of tenants) {
    for (const { invoice_id, status, payment_link, email } of await listInvoices(tenant)) {
      if (status === 'FINALIZED' && email.status === 'sent' && payment_link) {
        asked.set(`${tenant.orgId}/${invoice_id}`, payment_link.url);
      }
    }
  }

  const wrong: Wrong[] = [];
  const missing: Wrong[] = [];
  let spare = 0;
  for (const order of orders) {
    const links = sent.get(order.email) ?? [];
    const counts = [...Map.groupBy(links, (link) => link).values()].map(({ length }) => length);
    const expected = expectedEmails(order.payments);
    const found = {
      order,
      what: `e-mails for its links: ${counts.join(', ') || 'none'}; links: ${expected}`,
    };
    const link = asked.get(`${order.tenant.orgId}/${order.invoiceId}`);
    if (counts.length > expected || counts.some((count) => count > 2)) wrong.push(found);
    if (counts.length < expected) missing.push(found);
    if (link && !links.includes(link)) wrong.push({ order, what: `${link} is said to be sent, and was not` });
    spare += links.length - counts.length;
  }
  const lost = countOf(faults, 'ses', ['after']);
  if (spare > lost)
    wrong.push({ order: null, what: `${spare} e-mails too many, and SES lost ${lost} answers` });
  return [
    ...wrong,
    ...(missing.length > countOf(faults, 'ses', ['before', 'throttle', '500']) ? missing : []),
  ];
}
