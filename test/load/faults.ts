import * as v from 'valibot';
import type { RunningSystem } from '../system/running-system.ts';

const SERVICES = ['dynamodb', 'kms', 'ses'] as const;
const KINDS = ['before', 'after', 'throttle', '500'] as const;

const Met = v.array(v.object({ service: v.string(), kind: v.string(), met: v.number() }));
/** How many calls met which fault. */
export type FaultsMet = v.InferOutput<typeof Met>;

/** Lets every operation of AWS fail at `rate`, reads among them, in each way as often as in any other. */
export async function beginFaults(system: RunningSystem, rate: number): Promise<void> {
  if (rate === 0) return;
  for (const service of SERVICES) {
    for (const kind of KINDS) {
      const fault = { service, operation: 'any', kind, rate: rate / KINDS.length };
      const { status } = await system.post(`${system.awsUrl}/_test/faults`, fault);
      if (status !== 201) throw new Error(`the fault was refused with ${status}`);
    }
  }
}

export async function endFaults({ awsUrl }: RunningSystem): Promise<FaultsMet> {
  const url = `${awsUrl}/_test/faults`;
  const met = v.parse(Met, await (await fetch(url)).json());
  await fetch(url, { method: 'DELETE' });
  return met;
}

export function countOf(faults: FaultsMet, service: string, kinds: readonly string[]): number {
  return faults
    .filter((fault) => fault.service === service && kinds.includes(fault.kind))
    .reduce((sum, { met }) => sum + met, 0);
}
