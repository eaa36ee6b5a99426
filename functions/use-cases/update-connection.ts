import { type Connection, rotateWebhookSecrets } from '../domain/connection.ts';
import { parseWebhookSecret } from '../domain/stripe-credentials.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Clock, Connections, Vault } from '../ports.ts';

export type UpdateConnectionInput = {
  readonly tenant: Tenant;
  readonly name?: string | undefined;
  readonly webhookSecret?: string | undefined;
};

export type UpdateConnectionOutcome =
  | { readonly kind: 'updated'; readonly connection: Connection }
  | {
      readonly kind: 'refused';
      readonly code: 'not_a_webhook_secret' | 'connection_not_found' | 'write_conflict';
      readonly detail: string;
    };

export type UpdateConnectionDeps = {
  readonly connections: Pick<Connections, 'find' | 'update'>;
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  readonly clock: Clock;
};

/**
 * Renames a connection, or saves its webhook signing secret; a replaced one stays valid for a day.
 *
 * In: whose it is, and what changes. Out: the connection as it now is, or why not; then nothing has changed.
 * 1. Tell the pasted secret apart from what else may be pasted.
 * 2. Encrypt it, and write the change if nobody else wrote meanwhile.
 *
 * @throws Unavailable where KMS or DynamoDB is away.
 */
export async function updateConnection(
  { tenant, name, webhookSecret }: UpdateConnectionInput,
  { connections, vault, clock }: UpdateConnectionDeps,
): Promise<UpdateConnectionOutcome> {
  const secret = webhookSecret === undefined ? undefined : parseWebhookSecret(webhookSecret);
  if (secret && !secret.ok) return { kind: 'refused', code: 'not_a_webhook_secret', detail: secret.problem };
  const stored = await connections.find(tenant);
  if (!stored) return notFound;

  const sealed = secret && (await vault.seal(secret.value, tenant, 'webhook_secret'));
  const now = clock();
  const changed: Connection = {
    ...stored,
    version: stored.version + 1,
    name: name ?? stored.name,
    webhookSecrets: sealed ? rotateWebhookSecrets(stored, sealed, now) : stored.webhookSecrets,
    updatedAt: now.toISOString(),
  };
  const written = await connections.update(changed, stored.version);
  return written === 'updated' ? { kind: 'updated', connection: changed } : conflict;
}

const notFound = {
  kind: 'refused',
  code: 'connection_not_found',
  detail: 'Stripe is not connected in this environment. Connect it first.',
} as const;

const conflict = {
  kind: 'refused',
  code: 'write_conflict',
  detail: 'Somebody else changed the connection at the same time. Look at it again, then repeat your change.',
} as const;
