import type { Connection, HealthCheck } from '../../api/types.ts';

/** Which steps of the set-up are done, as far as the API can tell. */
export type Progress = {
  readonly hasEndpoint: boolean;
  readonly hasWebhookSecret: boolean;
  readonly hasEvent: boolean;
};

export function progressOf(connection: Connection, checks: readonly HealthCheck[]): Progress {
  const hasEvent = connection.last_event_at !== null;
  return {
    // The secret comes from the endpoint's page, and an event from the endpoint.
    hasEndpoint:
      connection.webhook_endpoint !== null ||
      connection.webhook_secret_set ||
      hasEvent ||
      isSeenAtStripe(checks),
    hasWebhookSecret: connection.webhook_secret_set,
    hasEvent,
  };
}

/** Whether an endpoint with this URL and the events that matter was found. A key that may not look gets a warning, too. */
function isSeenAtStripe(checks: readonly HealthCheck[]): boolean {
  const statusOf = (name: string) => checks.find(({ check }) => check === name)?.status;
  const events = statusOf('events_subscribed');
  return events === 'pass' || (events === 'warn' && statusOf('permissions') === 'pass');
}
