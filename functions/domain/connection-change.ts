import type { Connection, SealedSecret } from './connection.ts';
import { rotateWebhookSecrets } from './connection.ts';

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
  return {
    ...stored,
    ...(wanted.key && withKey(stored, wanted.key)),
    version: stored.version + 1,
    name: wanted.name ?? stored.name,
    isActive: wanted.isActive ?? stored.isActive,
    webhookSecrets: webhookSecretsAfter(stored, wanted, now),
    updatedAt: now.toISOString(),
  };
}

/** An endpoint of another account is not ours any more. */
function withKey(stored: Connection, key: ProvenKey): Partial<Connection> {
  return {
    secretKey: key.sealed,
    livemode: key.livemode,
    stripeAccountId: key.accountId ?? (key.isSameAccount ? stored.stripeAccountId : null),
    businessName: key.businessName ?? (key.isSameAccount ? stored.businessName : null),
    webhookEndpoint: key.isSameAccount ? stored.webhookEndpoint : null,
  };
}

function webhookSecretsAfter(
  stored: Connection,
  { webhookSecret, revokePrevious }: ConnectionChange,
  now: Date,
): Connection['webhookSecrets'] {
  const secrets = webhookSecret ? rotateWebhookSecrets(stored, webhookSecret, now) : stored.webhookSecrets;
  return revokePrevious ? secrets.slice(0, 1) : secrets;
}
