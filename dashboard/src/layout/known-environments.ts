import * as v from 'valibot';
import { PLATFORM_ID } from '../../../functions/domain/tenant.ts';

const KEY = 'fluxrate-environments';
const Known = v.pipe(v.string(), v.parseJson(), v.array(v.pipe(v.string(), v.regex(PLATFORM_ID))));
const MOST = 8;

/** The environments that were visited in this browser, latest first: the API has no list of them. */
export function knownEnvironments(): readonly string[] {
  const known = v.safeParse(Known, window.localStorage.getItem(KEY));
  return known.success ? known.output : [];
}

export function rememberEnvironment(environment: string): void {
  const known = [environment, ...knownEnvironments().filter((other) => other !== environment)];
  window.localStorage.setItem(KEY, JSON.stringify(known.slice(0, MOST)));
}
