import type { Connection } from '../domain/connection.ts';
import type { Tenant } from '../domain/tenant.ts';
import { storedEndpoint, wantedEndpoint, withEndpoint } from '../domain/webhook-endpoint.ts';
import type { Clock, Connections, Vault, WebhookEndpoints, WebhookEvents } from '../ports.ts';
import { notConnected, writeConflict } from './connection-refusals.ts';
import {
  type CreatedEndpoint,
  type EndpointRefused,
  ensureEndpoint,
  removeEndpoints,
} from './ensure-endpoint.ts';

export type ConfigureWebhookEndpointOutcome =
  | { readonly kind: 'configured'; readonly connection: Connection; readonly lastEventAt: string | null }
  | EndpointRefused
  | {
      readonly kind: 'refused';
      readonly code: 'connection_not_found' | 'write_conflict';
      readonly detail: string;
    };

export type ConfigureWebhookEndpointDeps = {
  readonly connections: Pick<Connections, 'find' | 'update'>;
  readonly events: Pick<WebhookEvents, 'lastReceivedAt'>;
  readonly endpoints: WebhookEndpoints;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly publicUrl: string;
};

/**
 * Creates or mends the webhook endpoint of a connection at Stripe.
 *
 * In: whose it is. Out: the connection with its endpoint, or why not.
 * 1. Make of what is at Stripe one endpoint as it should be.
 * 2. Save the secret of a new one; the one that it replaces stays valid for a day.
 * 3. Only then remove those that it replaces.
 * Stopped anywhere, it is completed by calling it again; where all is well, nothing changes.
 *
 * @throws Unavailable where Stripe, KMS or DynamoDB is away.
 */
export async function configureWebhookEndpoint(
  tenant: Tenant,
  deps: ConfigureWebhookEndpointDeps,
): Promise<ConfigureWebhookEndpointOutcome> {
  const [connection, lastEventAt] = await Promise.all([
    deps.connections.find(tenant),
    deps.events.lastReceivedAt(tenant),
  ]);
  if (!connection) return notConnected;

  const secretKey = await deps.vault.open(connection.secretKey, tenant, 'secret_key');
  const ensured = await ensureEndpoint(
    {
      secretKey,
      wanted: wantedEndpoint(tenant, deps.publicUrl),
      stored: storedEndpoint(connection, lastEventAt, deps.clock()),
      attempt: `${connection.id}/${connection.version}`,
    },
    deps.endpoints,
  );
  if (ensured.kind === 'refused') return ensured;

  const saved = ensured.created ? await save(connection, ensured.created, secretKey, deps) : connection;
  if (!saved) return writeConflict;
  await removeEndpoints(secretKey, ensured.obsolete, deps.endpoints);
  return { kind: 'configured', connection: saved, lastEventAt };
}

/** Null where somebody else changed the connection meanwhile: then the new endpoint goes again. */
async function save(
  connection: Connection,
  { id, secret }: CreatedEndpoint,
  secretKey: string,
  { connections, endpoints, vault, clock }: ConfigureWebhookEndpointDeps,
): Promise<Connection | null> {
  const { tenant, version } = connection;
  const sealed = await vault.seal(secret, tenant, 'webhook_secret');
  const changed = { ...withEndpoint(connection, id, sealed, clock()), version: version + 1 };
  if ((await connections.update(changed, version)) === 'updated') return changed;

  // Two calls at once are one attempt, and get one endpoint; so does a write whose answer was lost.
  const stored = await connections.find(tenant);
  if (stored?.webhookEndpoint?.id === id) return stored;
  await endpoints.remove(secretKey, id);
  return null;
}
