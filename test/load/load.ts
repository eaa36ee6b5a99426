import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../functions/use-cases/in-parallel.ts';
import { RunningSystem } from '../system/running-system.ts';
import { type Delivered, deliverAll, type SentEvent, timeoutsIn } from './delivery.ts';
import { beginFaults, countOf, endFaults } from './faults.ts';
import { type Functions, functionsOf } from './functions.ts';
import { readInvoice } from './inbox.ts';
import type { LoadOptions } from './options.ts';
import { connectTenants, finalizeOrders, linkOf, type Order } from './orders.ts';
import { otherEvent } from './other-events.ts';
import { type Random, randomOf } from './random.ts';
import { deliveryReport, outcomeReport, summary, wrongReport } from './report.ts';
import { eventsOf } from './stripe-events.ts';
import { type Tally, tallyEmails, tallyEvents, tallyInvoices } from './tally.ts';

const MOST_TENANTS = 10;
/** The events that are left for after the links that follow failed bank debits. */
const LATER_SHARE = 0.1;
const PATIENCE_MS = 240_000;
const SWEEP_PAUSE_MS = 500;

/**
 * Puts a running system under load while AWS fails, and looks whether every invoice is right.
 *
 * In: how much, and the seed that all of it follows from. Out: whether all is right; everything is printed.
 * 1. Start it, connect tenants, let AWS begin to fail, finalize the invoices.
 * 2. Make up what happens to each, deliver it shuffled, twice, with answers lost, and again until it is taken.
 * 3. Once the links are there that follow failed bank debits, pay by them, and deliver that.
 * 4. Let AWS work again, sweep until nothing is left to do, and compare everything with what must have become of it.
 */
export async function load(options: LoadOptions, print: (line: string) => void): Promise<boolean> {
  const random = randomOf(options.seed);
  print(`seed ${options.seed}`);
  const system = await RunningSystem.start();
  const functions = functionsOf(system);
  try {
    return await run(options, { system, functions, random, print });
  } finally {
    functions.close();
    await system.stop();
  }
}

type Stage = {
  readonly system: RunningSystem;
  readonly functions: Functions;
  readonly random: Random;
  readonly print: (line: string) => void;
};

async function run(options: LoadOptions, { system, functions, random, print }: Stage): Promise<boolean> {
  const begun = Date.now();
  const tenants = await connectTenants(system, Math.min(MOST_TENANTS, Math.ceil(options.invoices / 10)));
  await beginFaults(system, options.faultRate);
  print(`finalizing ${options.invoices} invoices of ${tenants.length} tenants...`);
  const orders = await finalizeOrders(tenants, options.invoices, random, functions);

  const delivered: Delivered = { latencies: [], answers: new Map(), lost: 0, seconds: 0 };
  const firstCount = Math.floor(options.events * (1 - LATER_SHARE));
  const first = await tell(
    orders.flatMap((order) => ({ order, link: order.link, payments: order.payments })),
    { orders, count: firstCount, random },
  );
  print(`delivering ${first.length} events...`);
  await deliverAll(first, random, delivered, print);

  const renewed = orders.filter(({ laterPayments }) => laterPayments.length > 0);
  print(`waiting for the next link of ${renewed.length} invoices...`);
  await sweepUntil(functions, begun, () => allHaveNextLink(renewed));
  const later = await tell(
    await inParallel(renewed, 4, async (order) => ({
      order,
      link: await linkOf(order.tenant, (await readInvoice(order.tenant, order.invoiceId)).payment_link?.id),
      payments: order.laterPayments,
    })),
    { orders, count: options.events - first.length, random },
  );
  print(`delivering ${later.length} more events...`);
  await deliverAll(later, random, delivered, print);
  const events = [...first, ...later];

  const faults = await endFaults(system);
  print(deliveryReport(delivered, faults));
  print('sweeping...');
  let tally: Tally = { outcomes: new Map(), wrong: [] };
  await sweepUntil(functions, begun, async () => {
    tally = await tallyInvoices(tenants, orders);
    return tally.wrong.length === 0 && (await tallyEmails(system, tenants, orders, faults)).length === 0;
  });
  const unanswered = countOf(faults, 'dynamodb', ['after']) + timeoutsIn(delivered);
  const wrong = [
    ...tally.wrong,
    ...(await tallyEvents(tenants, events, orders, unanswered)),
    ...(await tallyEmails(system, tenants, orders, faults)),
  ];
  print(outcomeReport(tally));
  if (wrong.length > 0) print(wrongReport(wrong, events));
  print(summary(orders.length, events.length, wrong, delivered));
  return wrong.length === 0;
}

type Telling = Pick<Order, 'link' | 'payments'> & { readonly order: Order };

/** What Stripe has to tell by now: of these payments, and so much else that it is `count` events. */
async function tell(
  tellings: readonly Telling[],
  { orders, count, random }: { orders: readonly Order[]; count: number; random: Random },
): Promise<readonly SentEvent[]> {
  const now = Math.floor(Date.now() / 1000);
  const sentOf = ({ tenant, invoiceId }: Order) => ({ tenant, invoiceId, sent: 0, taken: 0 });
  const ofPayments = tellings.flatMap(({ order, link, payments }) =>
    payments.flatMap((payment) =>
      eventsOf(payment, link, now).map((event) => ({ ...event, ...sentOf(order) })),
    ),
  );
  if (ofPayments.length > count) throw new Error(`${ofPayments.length} events are needed, not ${count}`);
  const others = Array.from({ length: count - ofPayments.length }, () => {
    const order = random.pick(orders);
    const scene = { link: order.link, amount: order.due.amount, created: now };
    return { ...otherEvent(random, scene), ...sentOf(order) };
  });
  // Some of it happens a second later: nothing is delivered before it has happened.
  await sleep(Math.max(0, (now + 1) * 1000 - Date.now()));
  return [...ofPayments, ...others];
}

async function allHaveNextLink(orders: readonly Order[]): Promise<boolean> {
  const links = await inParallel(orders, 4, async ({ tenant, invoiceId, link }) => {
    const { payment_link } = await readInvoice(tenant, invoiceId);
    return payment_link !== null && payment_link.id !== link.id;
  });
  return links.every(Boolean);
}

/**
 * Sweeps until it is so, or for minutes: what then is not so is there to be seen. What failed once, because a service was
 * away, is looked at again after as long as it is old.
 */
async function sweepUntil(functions: Functions, begun: number, isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + Math.max(PATIENCE_MS, Date.now() - begun);
  while (!(await isSo()) && Date.now() < until) {
    await functions.sweep();
    await sleep(SWEEP_PAUSE_MS);
  }
}
