import type { Tenant } from './tenant.ts';

/** Why a secret was encrypted. Part of the KMS encryption context, so that one kind cannot be opened as another. */
export type SecretPurpose = 'secret_key' | 'webhook_secret';

/** A secret as it is stored: ciphertext (base64) of KMS. */
export type SealedSecret = { readonly ciphertext: string };

export type SealedWebhookSecret = SealedSecret & {
  readonly createdAt: string;
  /** Absent on the newest one. A replaced one stays valid until then. */
  readonly expiresAt: string | null;
};

/** A tenant's own Stripe account, connected. */
export type Connection = {
  readonly tenant: Tenant;
  readonly id: string;
  /** Raised by every write of a person, so that two at once cannot overwrite each other. */
  readonly version: number;
  readonly name: string;
  /** As customers know the tenant; null where a restricted key may not read it. */
  readonly businessName: string | null;
  readonly isActive: boolean;
  readonly livemode: boolean;
  readonly stripeAccountId: string | null;
  /** The account from when it was connected until it is left; another key of the same account keeps it. */
  readonly attachment: string;
  /** While it is switched off: since when. */
  readonly inactiveSince: string | null;
  /** Once it is on again: what came since then is still to be settled. */
  readonly unsettledSince: string | null;
  readonly secretKey: SealedSecret & { readonly hint: string };
  /** Newest first. */
  readonly webhookSecrets: readonly SealedWebhookSecret[];
  readonly webhookEndpoint: { readonly id: string; readonly managed: boolean } | null;
  readonly lastSignatureFailureAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** How long a replaced webhook secret stays valid. Stripe, too, lets a rolled secret live for up to 24 hours. */
export const WEBHOOK_SECRET_OVERLAP_MS = 24 * 60 * 60 * 1000;

/** More than this many valid at once would let a caller make every verification slow. */
const MAX_WEBHOOK_SECRETS = 4;

/** The webhook secrets that a signature may be checked against now, newest first. */
export function validWebhookSecrets(connection: Connection, now: Date): readonly SealedWebhookSecret[] {
  return connection.webhookSecrets.filter(({ expiresAt }) => expiresAt === null || new Date(expiresAt) > now);
}

/** The list after `replacement` took over: the one it replaces stays valid for the overlap, expired ones go. */
export function rotateWebhookSecrets(
  connection: Connection,
  replacement: SealedSecret,
  now: Date,
): readonly SealedWebhookSecret[] {
  const newest = { ...replacement, createdAt: now.toISOString(), expiresAt: null };
  return [newest, ...retireWebhookSecrets(connection, now)].slice(0, MAX_WEBHOOK_SECRETS);
}

/** The valid secrets, each with an end: after the overlap, unless it has one already. */
export function retireWebhookSecrets(connection: Connection, now: Date): readonly SealedWebhookSecret[] {
  const overlapEnd = new Date(now.getTime() + WEBHOOK_SECRET_OVERLAP_MS).toISOString();
  return validWebhookSecrets(connection, now).map((secret) => ({
    ...secret,
    expiresAt: secret.expiresAt ?? overlapEnd,
  }));
}

/** Where Stripe is to deliver this tenant's events. `publicUrl` has no trailing slash. */
export function webhookUrl(publicUrl: string, { orgId, envId }: Tenant): string {
  return `${publicUrl}/api/v1/webhooks/stripe/tenant_${orgId}/${envId}`;
}
