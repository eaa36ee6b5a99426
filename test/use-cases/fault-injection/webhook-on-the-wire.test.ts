import { isDeepStrictEqual } from 'node:util';
import { expect, it, jest } from '@jest/globals';
import * as v from 'valibot';
import { inParallel } from '../../../functions/use-cases/in-parallel.ts';
import { dump, type Item } from '../../support/dynamodb.ts';
import { unique } from '../../support/samples.ts';
import { startSystem } from '../../support/system.ts';
import { type ConnectedTenant, connect, deliver, idOf, pay } from '../../support/tenant.ts';
import { byTenant, deliveriesOf, isDecided, normalised } from './normalised.ts';
import { metBy, nameOf, startWire, wireFaultsOf } from './wire.ts';

const system = await startSystem();
const { stripe, table } = system;
const wire = await startWire(system);
jest.spyOn(process.stdout, 'write').mockReturnValue(true);

/** Few enough that the functions’ short time-outs hold on a busy machine. */
const AT_ONCE = 4;
type Handler = Awaited<ReturnType<typeof system.start>>;
type Items = ReturnType<typeof byTenant>;
type Owner = { readonly tenant: ConnectedTenant };
const isOfEvents = ({ pk }: Item) => !String(pk).endsWith('#CONNECTION');
const itemsIn = (items: Items, { tenant }: Owner) => (items.get(tenant.orgId) ?? []).filter(isOfEvents);
const standing = (items: Items, owner: Owner) => normalised(itemsIn(items, owner));

const GENUINE = ['dynamodb GetItem', 'kms Decrypt'];
const paid = (tenant: ConnectedTenant) => pay(system, tenant, { invoice_id: 'inv_1' });
const Disputed = v.object({ event_ids: v.tuple([v.string()]) });
type Delivered = readonly [
  name: string,
  requests: readonly string[],
  prepare: (tenant: ConnectedTenant, handler: Handler) => Promise<string>,
];
const journeys: readonly Delivered[] = [
  [
    'a payment of what is due',
    [...GENUINE, 'dynamodb TransactWriteItems'],
    async (tenant) => (await paid(tenant)).session,
  ],
  [
    'an event that has come before',
    [...GENUINE, 'dynamodb TransactWriteItems', 'dynamodb UpdateItem'],
    async (tenant, handler) => {
      const { session } = await paid(tenant);
      await deliver(handler, tenant, session);
      return session;
    },
  ],
  [
    'the other event of a payment',
    [...GENUINE, 'dynamodb TransactWriteItems', 'dynamodb UpdateItem'],
    async (tenant, handler) => {
      const { session, intent } = await paid(tenant);
      await deliver(handler, tenant, session);
      return intent;
    },
  ],
  [
    'a second payment',
    [...GENUINE, 'dynamodb TransactWriteItems', 'dynamodb TransactWriteItems'],
    async (tenant, handler) => {
      const { session, paymentId } = await paid(tenant);
      await deliver(handler, tenant, session);
      return session.replaceAll(idOf(session), unique('evt')).replaceAll(paymentId, 'pi_second');
    },
  ],
  [
    'a dispute of a payment that is not known yet',
    [...GENUINE, 'dynamodb GetItem', 'dynamodb PutItem', 'dynamodb GetItem', 'dynamodb UpdateItem'],
    async (tenant) => {
      const { paymentId } = await paid(tenant);
      const disputed = await fetch(`${stripe.url}/_test/payment-intents/${paymentId}/dispute`, {
        method: 'POST',
      });
      const { event_ids } = v.parse(Disputed, await disputed.json());
      return stripe.read(`/v1/events/${event_ids[0]}`, tenant.secretKey);
    },
  ],
];

it.each(journeys)(
  'case 4: case 5: %s, whatever request of it fails, is answered 200 or 503, and settled once',
  async (_, requests, prepare) => {
    const faults = wireFaultsOf(requests);
    expect(faults).toHaveLength(requests.length * 2 * 4);
    const warm = await system.start('stripe-webhook');
    const runs = await inParallel([null, 'never' as const, ...faults], AT_ONCE, async (attempt) => {
      const tenant = await connect(system);
      const body = await prepare(tenant, warm);
      if (attempt === 'never')
        return { tenant, fault: null, requests: [], isTaken: true, again: async () => 200 };
      const handler = await system.start('stripe-webhook');
      const delivery = async () => (await deliver(handler, tenant, body)).status;
      const first = await wire.during(tenant, attempt, delivery);
      expect([200, 503]).toContain(first.answer);
      return {
        tenant,
        fault: attempt,
        requests: first.requests,
        isTaken: first.answer === 200,
        again: delivery,
      };
    });
    const halfway = byTenant(await dump(table));
    const [whole, never, ...disturbed] = runs;
    if (!whole || !never) throw new Error('nothing was delivered');
    const before = standing(halfway, never);
    const after = standing(halfway, whole);
    expect(whole.requests).toEqual(requests);

    for (const { again } of disturbed.filter(({ isTaken }) => !isTaken)) expect(await again()).toBe(200);
    const end = byTenant(await dump(table));
    for (const run of disturbed) {
      const at = nameOf(run.fault, requests);
      expect([at, metBy(run.requests, run.fault)]).toEqual([at, metBy(requests, run.fault)]);
      // The event and what it does to its invoice, or neither; both, where Stripe was told that it arrived.
      const stands = standing(halfway, run).filter(isDecided);
      const isNeither = !run.isTaken && isDeepStrictEqual(stands, before.filter(isDecided));
      if (!isNeither) expect([at, stands]).toEqual([at, after.filter(isDecided)]);
      expect([at, standing(end, run)]).toEqual([at, after]);

      // A count whose answer was lost is made again.
      const most = (run.isTaken ? 1 : 2) + (run.fault?.kind === 'after' ? 1 : 0);
      const counted = deliveriesOf(itemsIn(end, run)) - deliveriesOf(itemsIn(end, never));
      expect([at, counted >= 1 && counted <= most]).toEqual([at, true]);
    }
  },
);
