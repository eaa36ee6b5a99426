import type { ApiKey } from './api-key.ts';
import type { Endpoint } from './endpoint.ts';
import { missingPermission } from './stripe-error.ts';
import type { World } from './world.ts';

/** Resources as the names of permissions have them, by the beginning of their paths. */
const RESOURCES: readonly (readonly [path: string, resource: string])[] = [
  ['/v1/payment_links', 'payment_link'],
  ['/v1/checkout/sessions', 'checkout_session'],
  ['/v1/payment_intents', 'payment_intent'],
  ['/v1/charges', 'charge'],
  ['/v1/refunds', 'refund'],
  ['/v1/disputes', 'dispute'],
  ['/v1/events', 'event'],
  ['/v1/webhook_endpoints', 'webhook'],
];

/**
 * Refuses a restricted key what it lacks, before anything is looked up: `POST /_test/keys/restrict
 * {"key": "rk_test_…", "lacks": ["rak_webhook_write"]}` takes permissions away, and gives back those that are not named. Writing
 * includes reading: a key without `rak_webhook_read` lacks both.
 */
export function checkPermission(world: World, key: ApiKey, { method, path }: Endpoint): void {
  const resource = RESOURCES.find(([beginning]) => path.startsWith(beginning))?.[1];
  const lacks = world.restrictions.find(key.fingerprint)?.object;
  if (!resource || !lacks) return;
  const needed = method === 'GET' ? ['read'] : ['read', 'write'];
  if (needed.some((access) => lacks.includes(`rak_${resource}_${access}`))) {
    throw missingPermission(key.masked, key.accountId, `rak_${resource}_${needed.at(-1)}`);
  }
}
