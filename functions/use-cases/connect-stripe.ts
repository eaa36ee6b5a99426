import type { Connection } from '../domain/connection.ts';
import { parseSecretKey, parseWebhookSecret, secretKeyHint } from '../domain/stripe-credentials.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Clock, Connections, NewId, PaymentProvider, Vault } from '../ports.ts';

export type ConnectStripeInput = {
  readonly tenant: Tenant;
  readonly name: string;
  readonly secretKey: string;
  readonly webhookSecret?: string | undefined;
};

export type ConnectStripeOutcome =
  | { readonly kind: 'connected'; readonly connection: Connection }
  | {
      readonly kind: 'refused';
      readonly code:
        | 'not_a_secret_key'
        | 'not_a_webhook_secret'
        | 'stripe_key_rejected'
        | 'connection_exists';
      readonly detail: string;
    };

export type ConnectStripeDeps = {
  readonly connections: Pick<Connections, 'create' | 'find'>;
  readonly provider: Pick<PaymentProvider, 'proveKey'>;
  readonly vault: Pick<Vault, 'seal'>;
  readonly clock: Clock;
  readonly newId: NewId;
};

/**
 * Connects a tenant's own Stripe account.
 *
 * In: whose it is, a name, the pasted secrets. Out: the connection, or why not; then nothing is stored.
 * 1. Tell the pasted secrets apart from what else may be pasted.
 * 2. Prove the key with Stripe.
 * 3. Encrypt, and store where none is stored yet.
 *
 * @throws Unavailable where Stripe, KMS or DynamoDB is away.
 */
export async function connectStripe(
  { tenant, name, secretKey, webhookSecret }: ConnectStripeInput,
  { connections, provider, vault, clock, newId }: ConnectStripeDeps,
): Promise<ConnectStripeOutcome> {
  const key = parseSecretKey(secretKey);
  if (!key.ok) return { kind: 'refused', code: 'not_a_secret_key', detail: key.problem };
  const signingSecret = webhookSecret === undefined ? undefined : parseWebhookSecret(webhookSecret);
  if (signingSecret && !signingSecret.ok) {
    return { kind: 'refused', code: 'not_a_webhook_secret', detail: signingSecret.problem };
  }
  if (await connections.find(tenant)) return exists;

  const proof = await provider.proveKey(key.value.text);
  if (proof.kind === 'rejected')
    return { kind: 'refused', code: 'stripe_key_rejected', detail: proof.detail };

  const now = clock().toISOString();
  const [sealedKey, sealedSecret] = await Promise.all([
    vault.seal(key.value.text, tenant, 'secret_key'),
    signingSecret && vault.seal(signingSecret.value, tenant, 'webhook_secret'),
  ]);
  const connection: Connection = {
    tenant,
    id: `conn_${newId()}`,
    version: 1,
    name,
    businessName: proof.businessName,
    isActive: true,
    livemode: key.value.livemode,
    stripeAccountId: proof.accountId,
    secretKey: { ...sealedKey, hint: secretKeyHint(key.value) },
    webhookSecrets: sealedSecret ? [{ ...sealedSecret, createdAt: now, expiresAt: null }] : [],
    webhookEndpoint: null,
    lastSignatureFailureAt: null,
    createdAt: now,
    updatedAt: now,
  };
  const created = await connections.create(connection);
  return created === 'created' ? { kind: 'connected', connection } : exists;
}

const exists = {
  kind: 'refused',
  code: 'connection_exists',
  detail:
    'Stripe is connected in this environment already. Change that connection with PATCH, or disconnect it first.',
} as const;
