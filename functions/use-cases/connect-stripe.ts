import type { Connection } from '../domain/connection.ts';
import { parseSecretKey, parseWebhookSecret, secretKeyHint } from '../domain/stripe-credentials.ts';
import type { Tenant } from '../domain/tenant.ts';
import { wantedEndpoint, withEndpoint } from '../domain/webhook-endpoint.ts';
import type { Clock, Connections, NewId, PaymentProvider, Vault, WebhookEndpoints } from '../ports.ts';
import { type EndpointRefused, ensureEndpoint, removeEndpoints } from './ensure-endpoint.ts';

export type ConnectStripeInput = {
  readonly tenant: Tenant;
  readonly name: string;
  readonly secretKey: string;
  readonly webhookSecret?: string | undefined;
  /** Whether to create the webhook endpoint at Stripe as well. */
  readonly configureWebhook?: boolean | undefined;
};

export type ConnectStripeOutcome =
  | { readonly kind: 'connected'; readonly connection: Connection }
  | EndpointRefused
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
  readonly endpoints: WebhookEndpoints;
  readonly vault: Pick<Vault, 'seal'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly publicUrl: string;
};

/**
 * Connects a tenant's own Stripe account.
 *
 * In: whose it is, a name, the pasted secrets. Out: the connection, or why not; then nothing is stored.
 * 1. Tell the pasted secrets apart from what else may be pasted.
 * 2. Prove the key with Stripe.
 * 3. If asked to, create the webhook endpoint at Stripe.
 * 4. Encrypt, and store where none is stored yet.
 *
 * @throws Unavailable where Stripe, KMS or DynamoDB is away.
 */
export async function connectStripe(
  { tenant, name, secretKey, webhookSecret, configureWebhook = false }: ConnectStripeInput,
  deps: ConnectStripeDeps,
): Promise<ConnectStripeOutcome> {
  const { connections, provider, vault, clock, newId } = deps;
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
  const id = `conn_${newId()}`;
  const connection: Connection = {
    tenant,
    id,
    version: 1,
    name,
    businessName: proof.businessName,
    isActive: true,
    livemode: key.value.livemode,
    stripeAccountId: proof.accountId,
    attachment: id,
    inactiveSince: null,
    unsettledSince: null,
    secretKey: { ...sealedKey, hint: secretKeyHint(key.value) },
    webhookSecrets: sealedSecret ? [{ ...sealedSecret, createdAt: now, expiresAt: null }] : [],
    webhookEndpoint: null,
    lastSignatureFailureAt: null,
    createdAt: now,
    updatedAt: now,
  };
  if (configureWebhook) return connectWithEndpoint(connection, key.value.text, deps);
  const created = await connections.create(connection);
  return created === 'created' ? { kind: 'connected', connection } : exists;
}

/** The endpoint first, so that what Stripe refuses leaves nothing half connected. Broken off after it, a repetition replaces it. */
async function connectWithEndpoint(
  connection: Connection,
  secretKey: string,
  { connections, endpoints, vault, clock, publicUrl }: ConnectStripeDeps,
): Promise<ConnectStripeOutcome> {
  const { tenant, id } = connection;
  const wanted = wantedEndpoint(tenant, publicUrl);
  const ensured = await ensureEndpoint({ secretKey, wanted, stored: null, attempt: id }, endpoints);
  if (ensured.kind === 'refused') return ensured;

  const { created, obsolete } = ensured;
  const sealed = created && (await vault.seal(created.secret, tenant, 'webhook_secret'));
  const configured = sealed ? withEndpoint(connection, created.id, sealed, clock()) : connection;
  if ((await connections.create(configured)) === 'exists') {
    await removeEndpoints(secretKey, created ? [created.id] : [], endpoints);
    return exists;
  }
  await removeEndpoints(secretKey, obsolete, endpoints);
  return { kind: 'connected', connection: configured };
}

const exists = {
  kind: 'refused',
  code: 'connection_exists',
  detail:
    'Stripe is connected in this environment already. Change that connection with PATCH, or disconnect it first.',
} as const;
