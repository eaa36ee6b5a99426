import type { Connection } from './connection.ts';
import type { KeyStanding } from './key-permissions.ts';
import type { EndpointFound } from './webhook-endpoint.ts';

export const HEALTH_CHECKS = [
  'key_works',
  'mode',
  'permissions',
  'webhook_endpoint',
  'events_subscribed',
  'last_event',
  'signature_failures',
] as const;

export const HEALTH_STATUSES = ['pass', 'warn', 'fail'] as const;

export type Verdict = {
  readonly status: (typeof HEALTH_STATUSES)[number];
  /** How it is, and what to do. */
  readonly detail: string;
};

export type HealthCheck = Verdict & { readonly check: (typeof HEALTH_CHECKS)[number] };

/** All that the checks look at. */
export type HealthFacts = {
  readonly connection: Connection;
  readonly key: KeyStanding;
  /** Null where the key may not read them. */
  readonly endpoints: readonly EndpointFound[] | null;
  readonly webhookUrl: string;
  readonly lastEventAt: string | null;
  readonly now: Date;
};

export function pass(detail: string): Verdict {
  return { status: 'pass', detail };
}

export function warn(detail: string): Verdict {
  return { status: 'warn', detail };
}

export function fail(detail: string): Verdict {
  return { status: 'fail', detail };
}

export const needsKey = warn('This cannot be checked until the key works.');
