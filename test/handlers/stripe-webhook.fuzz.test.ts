import { expect, jest } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { dump } from '../support/dynamodb.ts';
import { property } from '../support/property.ts';
import { problemOf, readAnswer, signed, startSystem, webhookEvent } from '../support/system.ts';
import { connect, pay } from '../support/tenant.ts';
import { anyText, bodies, changes, eventsOf } from '../support/webhook-bodies.ts';

const system = await startSystem();
jest.spyOn(process.stdout, 'write').mockReturnValue(true);
const handler = await system.start('stripe-webhook');
const tenant = await connect(system);
const paid = await Promise.all(Array.from({ length: 20 }, () => pay(system, tenant)));

const EventOfPayment = v.looseObject({ data: v.object({ object: v.looseObject({}) }) });
const fields = fc.constantFrom(
  ...['id', 'payment_intent', 'payment_link', 'payment_status', 'amount_total', 'currency'],
);
/** Events of Stripe's own making, in which anything of the payment may be something else. */
const altered = fc
  .tuple(fc.constantFrom(...paid), fc.boolean(), fc.uuid(), fc.dictionary(fields, anyText))
  .map(([{ session, intent }, ofSession, id, changed]) => {
    const event = v.parse(EventOfPayment, JSON.parse(ofSession ? session : intent));
    return { ...event, id, data: { object: { ...event.data.object, ...changed } } };
  });
/** Names that a database might mind. */
const invoiceIds = fc.constantFrom('inv_unknown', 'INVOICE#', 'inv/ü', '\ud800', 'x'.repeat(3_000));
const sent = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.oneof(altered, eventsOf(invoiceIds)).map((event) => Buffer.from(JSON.stringify(event))),
  },
  { weight: 2, arbitrary: bodies },
  { weight: 1, arbitrary: fc.constant(Buffer.alloc(256 * 1024 + 1, ' ')) },
);

type Sign = (body: Uint8Array) => string | null;
const genuinely: Sign = (body) => signed(Buffer.from(body), tenant.webhookSecret);
const signatures = fc.oneof(
  { weight: 6, arbitrary: fc.constant(genuinely) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Sign>(
      () => null,
      (body) => signed(Buffer.from(body), 'whsec_other'),
      (body) => signed(Buffer.from(body), tenant.webhookSecret, -301),
      (body) => `${genuinely(body)},v1=`,
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((header) => constantly(header)) },
);
const places = fc.oneof(
  { weight: 12, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((segment) => ({ segment })) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((envId) => ({ envId })) },
);

function constantly(header: string): Sign {
  return () => header;
}

const countEvents = async () => (await dump(system.table)).filter(({ sk }) => sk === 'EVENT').length;
let events = await countEvents();

const Problem = v.looseObject({ code: v.string() });
/** Of each problem: as it was the first time. */
const problems = new Map<string, ReturnType<typeof problemOf>>();

property(
  'case 6, case 8, case 10: whatever is delivered is answered, and only an event leaves anything behind',
  fc.asyncProperty(sent, changes, signatures, places, async (body, change, sign, place) => {
    const delivery = { ...place, body: Buffer.from(change(body)), signature: sign(body), asBase64: true };
    const answer = readAnswer(await handler(webhookEvent(tenant, delivery)));
    const before = events;
    events = await countEvents();
    expect([200, 400, 404, 413]).toContain(answer.status);
    if (answer.status === 200) return;

    expect(events).toBe(before);
    const { code } = v.parse(Problem, answer.body);
    const problem = problemOf(answer);
    expect(problem).toEqual(problems.get(code) ?? problem);
    problems.set(code, problem);
  }),
  { numRuns: 200, timeout: 120_000 },
);
