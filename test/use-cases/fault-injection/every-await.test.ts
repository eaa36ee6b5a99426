import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parse } from '@swc/core';
import * as v from 'valibot';
import { Unavailable } from '../../../functions/ports.ts';
import { type Fault, faulty, hooked, portsOf } from '../../support/stopping.ts';
import { FINALIZATIONS } from './finalize-journeys.ts';
import type { Journey } from './journey.ts';
import { type Deps, openScene } from './scene.ts';
import { SETTLEMENTS } from './settlement-journeys.ts';
import { SWEEPS } from './sweep-journeys.ts';

/** All that finalizes, settles and sweeps. */
const FILES = [
  'check-events',
  'close-account',
  'close-links',
  'create-link',
  'disconnect-stripe',
  'email-invoice',
  'finalize-invoice',
  'look-up-payments',
  'receive-webhook',
  'resume-invoice',
  'send-invoice-email',
  'settle-payment',
  'settle-skipped',
  'settle-waiting',
  'sweep',
  'sweep-invoices',
  'void-invoice',
  'withdraw-links',
].map((name) => `functions/use-cases/${name}.ts`);

/** Done for a signature that is wrong: there is nothing to be resumed. */
const OF_JUNK = ['connectionCache.refresh', 'connections.noteSignatureFailure'];

/** A lease is given back only where a call fails. */
const FAILING: Fault = { port: 4, when: 'before', process: 'goes on' };

const named = v.object({ value: v.string() });
/** `port.method(…)` or `….port.method(…)`, as the parser tells it. */
const Call = v.object({
  type: v.literal('CallExpression'),
  callee: v.object({
    object: v.union([v.object({ property: named }), named]),
    property: v.object({ ...named.entries, span: v.object({ start: v.number() }) }),
  }),
});

/** A call of a port in the code: where it is, as `file:line method`, and what it is, as `port.method`. */
type PortCall = { readonly place: string; readonly call: string };

async function callsIn(file: string, ports: ReadonlyMap<string, object>): Promise<readonly PortCall[]> {
  const source = readFileSync(file);
  const calls: PortCall[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const parsed = v.safeParse(Call, node);
    if (parsed.success) {
      const { object, property } = parsed.output.callee;
      const port = 'property' in object ? object.property.value : object.value;
      const method = property.value;
      if (typeof Reflect.get(ports.get(port) ?? {}, method) === 'function') {
        // In bytes, from 1 on.
        const lines = source
          .subarray(0, property.span.start - 1)
          .toString()
          .split('\n');
        calls.push({ place: `${file}:${lines.length} ${method}`, call: `${port}.${method}` });
      }
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(await parse(source.toString(), { syntax: 'typescript', target: 'es2024' }));
  return calls;
}

/** The places from which a journey calls ports. */
async function placesOn(journey: Journey, fault: Fault | null): Promise<readonly string[]> {
  const scene = await openScene('guard');
  const go = await journey.prepare(scene);
  const places: string[] = [];
  const deps = hooked<Deps>(scene.deps, async (method, proceed) => {
    const [place = ''] = /functions\/use-cases\/[\w-]+\.ts:\d+/.exec(new Error().stack ?? '') ?? [];
    places.push(`${place} ${method}`);
    return proceed();
  });
  await go(faulty(deps, fault).deps).catch((error: unknown) => {
    if (!fault && !(error instanceof Unavailable)) throw error;
  });
  return places;
}

it('case 25: every call of a port that finalizes, settles or sweeps is on the way of a journey', async () => {
  const passed = new Set<string>();
  for (const journey of Object.values({ ...SETTLEMENTS, ...FINALIZATIONS, ...SWEEPS })) {
    const faults = journey === FINALIZATIONS['a finalize'] ? [null, FAILING] : [null];
    for (const fault of faults) for (const place of await placesOn(journey, fault)) passed.add(place);
  }
  const ports = portsOf((await openScene('guard')).deps);
  const calls = (await Promise.all(FILES.map((file) => callsIn(file, ports)))).flat();

  const known = new Set(calls.map(({ place }) => place));
  expect(calls.length).toBeGreaterThan(70);
  expect([...passed].filter((place) => !known.has(place))).toEqual([]);
  expect(calls.filter(({ place }) => !passed.has(place)).map(({ call }) => call)).toEqual(OF_JUNK);
});
