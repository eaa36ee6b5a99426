import type { HealthCheck, HealthFacts } from './health-check.ts';
import { eventsSubscribed, webhookEndpoint } from './health-endpoint.ts';
import { keyWorks, mode, permissions } from './health-key.ts';
import { lastEvent, signatureFailures } from './health-traffic.ts';

/** Every check, in the order in which a person would look. */
export function examine(facts: HealthFacts): readonly HealthCheck[] {
  return [
    { check: 'key_works', ...keyWorks(facts) },
    { check: 'mode', ...mode(facts) },
    { check: 'permissions', ...permissions(facts) },
    { check: 'webhook_endpoint', ...webhookEndpoint(facts) },
    { check: 'events_subscribed', ...eventsSubscribed(facts) },
    { check: 'last_event', ...lastEvent(facts) },
    { check: 'signature_failures', ...signatureFailures(facts) },
  ];
}
