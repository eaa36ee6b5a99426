import { type Connection, validWebhookSecrets } from '../domain/connection.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { WebhookEventStatus } from '../domain/webhook-event.ts';
import type { ConnectionCache, Connections, Log, SignatureHeader, StripeWebhooks, Vault } from '../ports.ts';
import { type SettlePaymentDeps, settlePayment } from './settle-payment.ts';

export type WebhookDelivery = {
  readonly tenant: Tenant;
  readonly signature: string | undefined;
  /** The very bytes that Stripe signed. */
  readonly body: Uint8Array;
};

export type WebhookOutcome =
  | { readonly kind: 'received'; readonly status: WebhookEventStatus }
  | { readonly kind: 'too_large' | 'signature_failed' | 'not_found' | 'invalid_event' };

export type ReceiveWebhookDeps = SettlePaymentDeps & {
  readonly stripe: StripeWebhooks;
  readonly connectionCache: ConnectionCache;
  readonly connections: Pick<Connections, 'noteSignatureFailure'>;
  readonly vault: Pick<Vault, 'open'>;
  readonly log: Log;
};

/** Far above any event of the types that we use. */
export const MAX_WEBHOOK_BYTES = 256 * 1024;

/**
 * Takes one delivery of a Stripe webhook.
 *
 * In: whose URL it came to, the signature header, the body's bytes. Out: what became of it.
 * 1. Refuse what size or header alone show to be wrong, before any call.
 * 2. Find the tenant's connection and verify with its signing secrets (both cached).
 * 3. Only then parse, and settle.
 *
 * @throws Unavailable where it could not be decided or stored: Stripe delivers it again.
 */
export async function receiveWebhook(
  delivery: WebhookDelivery,
  deps: ReceiveWebhookDeps,
): Promise<WebhookOutcome> {
  const { tenant, body } = delivery;
  if (body.byteLength > MAX_WEBHOOK_BYTES) return { kind: 'too_large' };
  const header = deps.stripe.readHeader(delivery.signature, deps.clock());
  if (!header) return { kind: 'signature_failed' };

  const signer = await findSigner(tenant, header, body, deps);
  if (signer.kind === 'signature_failed') await noteFailure(tenant, deps);
  if (signer.kind !== 'signed') return signer;

  const event = deps.stripe.parseEvent(body, deps.clock());
  if (!event) return { kind: 'invalid_event' };
  return { kind: 'received', status: await settlePayment(event, signer.connection, deps) };
}

type Signer =
  | { readonly kind: 'signed'; readonly connection: Connection }
  | { readonly kind: 'not_found' | 'signature_failed' };

/** The connection whose secret made the signature. A rotated secret is learned of at the first mismatch. */
async function findSigner(
  tenant: Tenant,
  header: SignatureHeader,
  body: Uint8Array,
  deps: ReceiveWebhookDeps,
): Promise<Signer> {
  const { connection, fresh } = await deps.connectionCache.get(tenant);
  const first = await tryConnection(connection);
  if (first.kind !== 'signature_failed' || fresh) return first;
  const reread = await deps.connectionCache.refresh(tenant);
  return reread === 'too_soon' ? first : tryConnection(reread);

  async function tryConnection(candidate: Connection | null): Promise<Signer> {
    const secrets = candidate ? validWebhookSecrets(candidate, deps.clock()) : [];
    if (!candidate || secrets.length === 0) return { kind: 'not_found' };
    for (const sealed of secrets) {
      const secret = await deps.vault.open(sealed, tenant, 'webhook_secret');
      if (deps.stripe.isSigned(header, body, secret)) return { kind: 'signed', connection: candidate };
    }
    return { kind: 'signature_failed' };
  }
}

/** A help for the tenant, not a reason to answer Stripe anything else. */
async function noteFailure(tenant: Tenant, { connections, clock, log }: ReceiveWebhookDeps): Promise<void> {
  const fields = { org_id: tenant.orgId, env_id: tenant.envId };
  log.warn('a signature failed', fields);
  await connections
    .noteSignatureFailure(tenant, clock())
    .catch(() => log.warn('a signature failure was not noted', fields));
}
