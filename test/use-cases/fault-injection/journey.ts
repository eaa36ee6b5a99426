import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { Unavailable } from '../../../functions/ports.ts';
import { inParallel } from '../../../functions/use-cases/in-parallel.ts';
import { type Item, TABLE_NAME } from '../../support/dynamodb.ts';
import { unique } from '../../support/samples.ts';
import { type Fault, faultsOf, faulty } from '../../support/stopping.ts';
import { byTenant, deliveriesOf, normal, normalised } from './normalised.ts';
import { client, type Deps, openScene, type Scene } from './scene.ts';

/** One way through the use cases. */
export type Journey = {
  /** Brings about what stands before it; gives the journey, which may be gone again. */
  readonly prepare: (scene: Scene) => Promise<(deps: Deps) => Promise<unknown>>;
  /** Every call of a port on the way, in order: whoever adds one to the code adds it here. */
  readonly calls: readonly string[];
  /** The call before whose effect nobody else can know of the journey. Absent where something is due already. */
  readonly begins?: string;
  /** What may go on with it, by name. `again` is the same journey once more. */
  readonly goOn: Readonly<Record<string, GoOn>>;
  /** Attributes that may say something else after a fault, and mean as much. */
  readonly mayDiffer?: readonly string[];
};

export type GoOn = (scene: Scene, again: () => Promise<unknown>) => Promise<unknown>;

/** What came of a journey. */
export type Run = {
  readonly name: string;
  /** Null: it met none. */
  readonly fault: Fault | null;
  /** The calls that were made, with the one that met the fault. */
  readonly calls: readonly string[];
  /** What was answered, and how the tenant's items stood, before anybody went on with it. */
  readonly first: unknown;
  readonly halfway: readonly unknown[];
  /** The same once somebody had, and what is at Stripe then. */
  readonly last: unknown;
  readonly end: readonly unknown[];
  readonly links: { readonly made: number; readonly payable: number };
  readonly endpoints: number;
  readonly mails: number;
  /** How often its events were counted as delivered. */
  readonly deliveries: number;
};

export const UNAVAILABLE = 'unavailable';
const AT_ONCE = 24;

/** The journey without a fault, with none of it but what goes on, and with every fault in turn, each gone on with in that way. */
export async function disturb(journey: Journey, way: string) {
  const goOn = journey.goOn[way];
  if (!goOn) throw new Error(`nothing goes on as ${way}`);
  const [whole, never, ...disturbed] = await travel(journey, goOn, [
    null,
    'never',
    ...faultsOf(journey.calls),
  ]);
  if (!whole || !never) throw new Error('nobody went');
  for (const { name, fault, calls } of disturbed) {
    const isMet = fault && calls[fault.port - 1] === journey.calls[fault.port - 1];
    if (!isMet) throw new Error(`not met: ${name}`);
  }
  return { whole, never, disturbed };
}

async function travel(
  journey: Journey,
  goOn: GoOn,
  attempts: readonly (Fault | null | 'never')[],
): Promise<readonly Run[]> {
  const batch = unique('batch');
  const begun = await inParallel(attempts, AT_ONCE, async (attempt) => {
    const scene = await openScene(batch);
    const go = await journey.prepare(scene);
    const fault = attempt === 'never' ? null : attempt;
    const { deps, calls } = faulty<Deps>(scene.deps, fault);
    const first = attempt === 'never' ? null : await go(deps).catch(unavailable);
    return { scene, fault, calls, first, again: () => go(scene.deps) };
  });
  const halfway = await itemsByTenant(batch);
  const lasts = await inParallel(begun, AT_ONCE, ({ scene, again }) => goOn(scene, again));
  const end = await itemsByTenant(batch);

  const { mayDiffer } = journey;
  return begun.map(({ scene, fault, calls, first }, index) => {
    const { orgId } = scene.tenant;
    const items = end.get(orgId) ?? [];
    return {
      name: fault
        ? `${fault.when} call ${fault.port}, ${journey.calls[fault.port - 1]}, it ${fault.process}`
        : 'without a fault',
      fault,
      calls,
      first: normal(first, mayDiffer),
      halfway: normalised(halfway.get(orgId) ?? [], mayDiffer),
      last: normal(lasts[index], mayDiffer),
      end: normalised(items, mayDiffer),
      links: scene.links(),
      endpoints: scene.endpoints.size,
      mails: scene.mails.length,
      deliveries: deliveriesOf(items),
    };
  });
}

/** What is thrown where a service is away; anything else is a fault of ours. */
function unavailable(error: unknown): typeof UNAVAILABLE {
  if (error instanceof Unavailable) return UNAVAILABLE;
  throw error;
}

/** Whether that call took effect in the journey itself. */
function hasEffect({ fault }: Run, { calls }: Journey, call: string): boolean {
  const place = calls.indexOf(call) + 1;
  return !fault || fault.port > place || (fault.port === place && fault.when === 'after');
}

/** Whether anybody can know of it. */
export function isBegun(run: Run, journey: Journey): boolean {
  return journey.begins === undefined || hasEffect(run, journey, journey.begins);
}

/** Whether the e-mail is out, and nobody can know it: then it goes out once more. */
export function isMailUnknown(run: Run, journey: Journey): boolean {
  const { fault } = run;
  if (!fault || !journey.calls.includes('mailer.send') || !hasEffect(run, journey, 'mailer.send'))
    return false;
  // A mark that fails alone is made at the next try.
  const isMarked = hasEffect(run, journey, 'finalizations.markEmail') || fault.process === 'goes on';
  return journey.calls[fault.port - 1] === 'mailer.send' || !isMarked;
}

async function itemsByTenant(batch: string): Promise<ReadonlyMap<string, readonly Item[]>> {
  const items: Item[] = [];
  const pages = paginateScan(
    { client },
    {
      TableName: TABLE_NAME,
      ConsistentRead: true,
      FilterExpression: 'begins_with(pk, :batch)',
      ExpressionAttributeValues: { ':batch': `T#${batch}` },
    },
  );
  for await (const { Items = [] } of pages) items.push(...Items);
  return byTenant(items);
}
