import { webhookUrl } from '../domain/connection.ts';
import { examine } from '../domain/health.ts';
import type { HealthCheck } from '../domain/health-check.ts';
import { KEY_PERMISSIONS, type KeyPermission } from '../domain/key-permissions.ts';
import { parseSecretKey } from '../domain/stripe-credentials.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Clock, Connections, KeyProbe, Vault, WebhookEndpoints, WebhookEvents } from '../ports.ts';
import { notConnected } from './connection-refusals.ts';

export type CheckHealthOutcome =
  | { readonly kind: 'checked'; readonly checks: readonly HealthCheck[] }
  | { readonly kind: 'refused'; readonly code: 'connection_not_found'; readonly detail: string };

export type CheckHealthDeps = {
  readonly connections: Pick<Connections, 'find'>;
  readonly events: Pick<WebhookEvents, 'lastReceivedAt'>;
  readonly endpoints: Pick<WebhookEndpoints, 'list'>;
  readonly keyProbe: KeyProbe;
  readonly vault: Pick<Vault, 'open'>;
  readonly clock: Clock;
  readonly publicUrl: string;
};

/**
 * Looks at everything that has to be right for an invoice to be marked as paid, and changes nothing.
 *
 * In: whose it is. Out: what was found, check by check, and what to do.
 * 1. Read what is stored.
 * 2. Ask Stripe what the key may do, and which endpoints there are.
 * 3. Judge.
 *
 * @throws Unavailable where Stripe, KMS or DynamoDB is away.
 */
export async function checkHealth(tenant: Tenant, deps: CheckHealthDeps): Promise<CheckHealthOutcome> {
  const [connection, lastEventAt] = await Promise.all([
    deps.connections.find(tenant),
    deps.events.lastReceivedAt(tenant),
  ]);
  if (!connection) return notConnected;

  const secretKey = await deps.vault.open(connection.secretKey, tenant, 'secret_key');
  const [key, found] = await Promise.all([
    deps.keyProbe.probe(secretKey, questionable(secretKey)),
    deps.endpoints.list(secretKey),
  ]);
  const checks = examine({
    connection,
    key,
    endpoints: found.kind === 'listed' ? found.endpoints : null,
    webhookUrl: webhookUrl(deps.publicUrl, tenant),
    lastEventAt,
    now: deps.clock(),
  });
  return { kind: 'checked', checks };
}

/** A key that is not restricted may do everything: one question tells whether Stripe knows it. */
function questionable(secretKey: string): readonly KeyPermission[] {
  const key = parseSecretKey(secretKey);
  return key.ok && key.value.restricted ? KEY_PERMISSIONS : ['Events (read)'];
}
