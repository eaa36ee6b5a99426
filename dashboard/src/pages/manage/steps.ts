import { useState } from 'react';
import type { Connection, HealthCheck } from '../../api/types.ts';

/** Which steps of the set-up are done, as far as the API can tell. */
export type Progress = {
  readonly hasEndpoint: boolean;
  readonly hasWebhookSecret: boolean;
};

export function progressOf(connection: Connection, checks: readonly HealthCheck[]): Progress {
  const hasWebhookSecret = connection.webhook_secret_set;
  // Where Stripe cannot be asked: an endpoint that was made for the connection, or the secret from the endpoint's page.
  const isLikely = connection.webhook_endpoint !== null || hasWebhookSecret;
  return { hasEndpoint: hasWorkingEndpoint(connection, checks) ?? isLikely, hasWebhookSecret };
}

/** The steps as they stand. What Stripe said of the connection before its last change counts until Stripe is asked again. */
export function useProgress(
  connection: Connection,
  health: {
    readonly data?: { readonly data: readonly HealthCheck[] } | undefined;
    readonly isFetching: boolean;
  },
): Progress {
  const latest = progressOf(connection, health.data?.data ?? []);
  const [shown, setShown] = useState(latest);
  const isSame = latest.hasEndpoint === shown.hasEndpoint;
  if (!isSame && !health.isFetching) setShown(latest);
  return { ...latest, hasEndpoint: shown.hasEndpoint };
}

/** Whether Stripe has an endpoint for the webhook URL; null where that is not known, or the key may not look. */
export function isEndpointFound(checks: readonly HealthCheck[]): boolean | null {
  const { endpoint, events, permissions } = statusesOf(checks);
  if (endpoint === undefined || events === undefined) return null;
  // A key that may not look gets these two warnings; another key gets them of an endpoint that could be better.
  if (endpoint === 'warn' && events === 'warn' && permissions !== 'pass') return null;
  return events !== 'fail' || endpoint !== 'fail';
}

/** Whether it also delivers what an invoice needs. */
function hasWorkingEndpoint(
  { webhook_secret_set }: Connection,
  checks: readonly HealthCheck[],
): boolean | null {
  const isFound = isEndpointFound(checks);
  if (!isFound) return isFound;
  const { endpoint, events } = statusesOf(checks);
  // Without its secret, which is a step of its own, no endpoint passes.
  return events !== 'fail' && (endpoint !== 'fail' || !webhook_secret_set);
}

function statusesOf(checks: readonly HealthCheck[]) {
  const statusOf = (name: string) => checks.find(({ check }) => check === name)?.status;
  return {
    endpoint: statusOf('webhook_endpoint'),
    events: statusOf('events_subscribed'),
    permissions: statusOf('permissions'),
  };
}
