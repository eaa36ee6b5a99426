import { Unavailable } from '../../functions/ports.ts';

export type Hook = (name: string, go: () => unknown, port: string) => Promise<unknown>;

/** No ports: what they do has no effect that a stop could cut off, is the test's own, or needs no waiting for. */
const LEFT_ALONE: ReadonlySet<string> = new Set(['log', 'client', 'stripe']);

/** The ports among a use case's deps. */
export function portsOf(deps: object): ReadonlyMap<string, object> {
  const ports = Object.entries(deps).flatMap(([name, port]: [string, unknown]) =>
    typeof port === 'object' && port !== null && !LEFT_ALONE.has(name) ? [[name, port] as const] : [],
  );
  return new Map(ports);
}

/** The same deps, whose every call of a port goes through `hook`. */
export function hooked<Deps extends object>(deps: Deps, hook: Hook): Deps {
  const guarded = (name: string, port: object): object =>
    new Proxy(port, {
      get(target, method) {
        const call: unknown = Reflect.get(target, method);
        if (typeof call !== 'function') return call;
        return (...given: unknown[]) => hook(String(method), () => Reflect.apply(call, target, given), name);
      },
    });
  const ports = [...portsOf(deps)].map(([name, port]) => [name, guarded(name, port)]);
  return Object.assign({}, deps, Object.fromEntries(ports));
}

/** Where a call ends for good: at its n-th call of a port, before or after that call took effect. */
export type Stop = { readonly port: number; readonly when: 'before' | 'after' };

/** The same deps, of which nothing gets through from there on, as when Lambda ends a function. */
export function dying<Deps extends object>(deps: Deps, stop: Stop | null) {
  return interrupted(deps, stop && { ...stop, process: 'ends' }, (name) => name);
}

/** Every place to stop at, on the way of these calls. */
export const stopsOf = (calls: readonly string[]) =>
  calls.flatMap((name, index) =>
    (['before', 'after'] as const).map((when) => [when, name, { port: index + 1, when }] as const),
  );

/** A stop, or a call that fails alone: the code goes on with its error. */
export type Fault = Stop & { readonly process: 'ends' | 'goes on' };

/** The same deps, with that fault. `calls` names their ports, too. */
export function faulty<Deps extends object>(deps: Deps, fault: Fault | null) {
  return interrupted(deps, fault, (name, port) => `${port}.${name}`);
}

/** Every fault on the way of these calls. */
export const faultsOf = (calls: readonly string[]): readonly Fault[] =>
  stopsOf(calls).flatMap(([, , stop]) =>
    (['ends', 'goes on'] as const).map((process) => ({ ...stop, process })),
  );

function interrupted<Deps extends object>(
  deps: Deps,
  fault: Fault | null,
  nameOf: (name: string, port: string) => string,
) {
  const calls: string[] = [];
  let isDead = false;
  const hook: Hook = async (name, go, port) => {
    if (isDead) throw new Unavailable(name);
    calls.push(nameOf(name, port));
    if (calls.length !== fault?.port) return go();
    isDead = fault.process === 'ends';
    if (fault.when === 'after') await go();
    // A mailer never throws while it lives: it says what it knows.
    if (port === 'mailer' && !isDead) return { kind: fault.when === 'before' ? 'unavailable' : 'unknown' };
    throw new Unavailable(name);
  };
  return { deps: hooked(deps, hook), calls };
}
