import { Unavailable } from '../../functions/ports.ts';

export type Hook = (name: string, go: () => unknown) => Promise<unknown>;

/** No ports: what they do has no effect that a stop could cut off, or is the test's own. */
const LEFT_ALONE: ReadonlySet<string> = new Set(['log', 'client']);

/** The same deps, whose every call of a port goes through `hook`. */
export function hooked<Deps extends object>(deps: Deps, hook: Hook): Deps {
  const guarded = (port: object): object =>
    new Proxy(port, {
      get(target, name) {
        const call: unknown = Reflect.get(target, name);
        if (typeof call !== 'function') return call;
        return (...given: unknown[]) => hook(String(name), () => Reflect.apply(call, target, given));
      },
    });
  const ports = Object.entries(deps).map(([name, port]: [string, unknown]) => [
    name,
    typeof port === 'object' && port !== null && !LEFT_ALONE.has(name) ? guarded(port) : port,
  ]);
  return Object.assign({}, deps, Object.fromEntries(ports));
}

/** Where a call ends for good: at its n-th call of a port, before or after that call took effect. */
export type Stop = { readonly port: number; readonly when: 'before' | 'after' };

/** The same deps, of which nothing gets through from there on, as when Lambda ends a function. */
export function dying<Deps extends object>(deps: Deps, stop: Stop | null) {
  const calls: string[] = [];
  let isDead = false;
  const dead = hooked(deps, async (name, go) => {
    if (isDead) throw new Unavailable(name);
    calls.push(name);
    if (calls.length !== stop?.port) return go();
    isDead = true;
    if (stop.when === 'after') await go();
    throw new Unavailable(name);
  });
  return { deps: dead, calls };
}

/** Every place to stop at, on the way of these calls. */
export const stopsOf = (calls: readonly string[]) =>
  calls.flatMap((name, index) =>
    (['before', 'after'] as const).map((when) => [when, name, { port: index + 1, when }] as const),
  );
