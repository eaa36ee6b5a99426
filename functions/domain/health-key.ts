import { fail, type HealthFacts, needsKey, pass, type Verdict, warn } from './health-check.ts';
import type { KeyPermission } from './key-permissions.ts';

export function keyWorks({ connection: { secretKey }, key }: HealthFacts): Verdict {
  return key.kind === 'known'
    ? pass(`Stripe accepts the secret key ${secretKey.hint}.`)
    : fail(
        `Stripe does not accept the secret key ${secretKey.hint}. Copy a secret key from Stripe Dashboard → Developers → API Keys, and save it.`,
      );
}

export function mode({ connection: { livemode } }: HealthFacts): Verdict {
  return livemode
    ? pass('Live mode: customers pay with real money.')
    : pass('Test mode: no real money moves. Save a live key to be paid.');
}

/** What can be done without, and what it then comes to. */
const optional: Readonly<Partial<Record<KeyPermission, string>>> = {
  'Webhook Endpoints (write)': 'see to the webhook endpoint by hand',
  'Charges and Refunds (read)': 'a refund or dispute whose webhook is lost is seen an hour later',
};

export function permissions({ key, connection: { webhookEndpoint } }: HealthFacts): Verdict {
  if (key.kind === 'unknown') return needsKey;
  if (key.missing.length === 0) return pass('The key may do all that is needed.');

  const detail = `The restricted key lacks ${key.missing.join(', ')}. Give it what it lacks in Stripe Dashboard → Developers → API Keys.`;
  const ownsEndpoint = webhookEndpoint?.managed && key.missing.includes('Webhook Endpoints (write)');
  const without = key.missing.map((each) => optional[each]);
  return ownsEndpoint || without.includes(undefined)
    ? fail(detail)
    : warn(`${detail} Without it, ${without.join(', and ')}.`);
}
