import {
  type Connection,
  rotateWebhookSecrets,
  type SealedSecret,
  validWebhookSecrets,
  webhookUrl,
} from './connection.ts';
import type { Tenant } from './tenant.ts';
import { EVENT_TYPES, type EventType } from './webhook-event.ts';

/** A webhook endpoint as it stands at Stripe. Its secret was told once, when it was created. */
export type EndpointFound = {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  /** Can never be changed. */
  readonly apiVersion: string | null;
  readonly isEnabled: boolean;
  readonly metadata: Readonly<Record<string, string>>;
};

/** The endpoint as it should be. */
export type EndpointWanted = {
  readonly url: string;
  readonly events: readonly EventType[];
  /** Says whose it is. */
  readonly metadata: Readonly<Record<string, string>>;
};

/** What the connection knows of its endpoint. */
export type EndpointStored = {
  readonly id: string;
  /** Whether the secret that is stored is the one that it signs with. */
  readonly isSecretHeld: boolean;
};

/** What is to be done at Stripe; then the obsolete ones, which are ours as well, go. */
export type EndpointPlan = (
  | { readonly kind: 'keep' }
  | { readonly kind: 'update'; readonly id: string }
  | { readonly kind: 'create' }
) & { readonly obsolete: readonly string[] };

export function wantedEndpoint(tenant: Tenant, publicUrl: string): EndpointWanted {
  return {
    url: webhookUrl(publicUrl, tenant),
    events: EVENT_TYPES,
    metadata: { fluxrate_org_id: tenant.orgId, fluxrate_env_id: tenant.envId },
  };
}

/**
 * The endpoint that was made for a connection. Its secret is not held any more where signatures have failed since it was
 * stored, and no event has come after: somebody rolled it at Stripe.
 */
export function storedEndpoint(
  connection: Connection,
  lastEventAt: string | null,
  now: Date,
): EndpointStored | null {
  const { webhookEndpoint, lastSignatureFailureAt } = connection;
  if (!webhookEndpoint?.managed) return null;
  const [newest] = validWebhookSecrets(connection, now);
  const worked = [newest?.createdAt ?? '', lastEventAt ?? ''];
  const isDoubtful = worked.every((at) => at < (lastSignatureFailureAt ?? ''));
  return { id: webhookEndpoint.id, isSecretHeld: newest !== undefined && !isDoubtful };
}

/** The connection with an endpoint that was made for it; a secret that this replaces stays valid for a day. */
export function withEndpoint(
  connection: Connection,
  id: string,
  secret: SealedSecret,
  now: Date,
): Connection {
  return {
    ...connection,
    webhookSecrets: rotateWebhookSecrets(connection, secret, now),
    webhookEndpoint: { id, managed: true },
    updatedAt: now.toISOString(),
  };
}

/**
 * Decides what makes of the endpoints found at Stripe exactly one of ours, as wanted, whose secret is held. One that others
 * made is never touched.
 */
export function planEndpoint(
  found: readonly EndpointFound[],
  wanted: EndpointWanted,
  stored: EndpointStored | null,
  apiVersion: string,
): EndpointPlan {
  const ours = found.filter((endpoint) => endpoint.id === stored?.id || isMarkedAs(endpoint, wanted));
  const kept = ours.find(
    (endpoint) => endpoint.id === stored?.id && stored.isSecretHeld && endpoint.apiVersion === apiVersion,
  );
  const obsolete = ours.filter((endpoint) => endpoint !== kept).map(({ id }) => id);
  if (!kept) return { kind: 'create', obsolete };
  return isAsWanted(kept, wanted) ? { kind: 'keep', obsolete } : { kind: 'update', id: kept.id, obsolete };
}

/** By address as well: another installation may serve the same tenant, with an endpoint of its own. */
function isMarkedAs({ url, metadata }: EndpointFound, wanted: EndpointWanted): boolean {
  return (
    url === wanted.url && Object.entries(wanted.metadata).every(([name, value]) => metadata[name] === value)
  );
}

function isAsWanted({ url, events, isEnabled }: EndpointFound, wanted: EndpointWanted): boolean {
  const subscribed = new Set(events);
  const hasExactly =
    subscribed.size === wanted.events.length && wanted.events.every((type) => subscribed.has(type));
  return isEnabled && url === wanted.url && hasExactly;
}
