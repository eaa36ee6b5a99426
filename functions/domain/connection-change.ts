import type { Connection, SealedSecret } from './connection.ts';
import { retireWebhookSecrets, rotateWebhookSecrets } from './connection.ts';

/** What a person changes of a connection; what is absent stays. */
export type ConnectionChange = {
  readonly name?: string | undefined;
  readonly isActive?: boolean | undefined;
  readonly key?: ProvenKey | undefined;
  readonly webhookSecret?: SealedSecret | undefined;
  /** A replaced webhook secret ends at once, not after the overlap. */
  readonly revokePrevious: boolean;
};

export type ProvenKey = {
  readonly sealed: SealedSecret & { readonly hint: string };
  readonly livemode: boolean;
  readonly accountId: string | null;
  readonly businessName: string | null;
  /** Whether it belongs to the connected account and mode. */
  readonly isSameAccount: boolean;
};

/** The connection after the change. */
export function change(stored: Connection, wanted: ConnectionChange, now: Date): Connection {
  const isActive = wanted.isActive ?? stored.isActive;
  return {
    ...stored,
    ...(wanted.key && withKey(stored, wanted.key)),
    version: stored.version + 1,
    name: wanted.name ?? stored.name,
    isActive,
    inactiveSince: isActive ? null : (stored.inactiveSince ?? now.toISOString()),
    unsettledSince: isActive ? (stored.unsettledSince ?? stored.inactiveSince) : stored.unsettledSince,
    webhookSecrets: webhookSecretsAfter(stored, wanted, now),
    updatedAt: now.toISOString(),
  };
}

/** An account that is left takes its endpoint with it; what is made from now on belongs to the new one. */
function withKey(
  stored: Connection,
  { sealed, livemode, accountId, businessName, isSameAccount }: ProvenKey,
): Partial<Connection> {
  const key = { secretKey: sealed, livemode };
  if (!isSameAccount) {
    const attachment = `${stored.id}_${stored.version + 1}`;
    return { ...key, stripeAccountId: accountId, businessName, attachment, webhookEndpoint: null };
  }
  return {
    ...key,
    stripeAccountId: accountId ?? stored.stripeAccountId,
    businessName: businessName ?? stored.businessName,
  };
}

/** What an account that is left still delivers is taken for the overlap, too, unless it is revoked. */
function webhookSecretsAfter(
  stored: Connection,
  { key, webhookSecret, revokePrevious }: ConnectionChange,
  now: Date,
): Connection['webhookSecrets'] {
  if (webhookSecret) {
    const secrets = rotateWebhookSecrets(stored, webhookSecret, now);
    return revokePrevious ? secrets.slice(0, 1) : secrets;
  }
  if (key?.isSameAccount === false) return revokePrevious ? [] : retireWebhookSecrets(stored, now);
  return revokePrevious ? stored.webhookSecrets.slice(0, 1) : stored.webhookSecrets;
}
