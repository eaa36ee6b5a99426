import { fail, type HealthFacts, pass, type Verdict, warn } from './health-check.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Quiet for longer than this, an account that is in use has probably lost its webhook. */
const QUIET_FOR_MS = 7 * DAY_MS;

const NOT_RECEIVED =
  'If a payment was made since, verify that the webhook URL in Stripe Dashboard matches the one shown here exactly, and look at its deliveries there.';
const NOT_VERIFIED =
  'Make sure that the Signing secret of this very endpoint is saved (starts with whsec_), not the endpoint URL, and that Stripe is sending to the exact URL shown. Re-save the secret; where the endpoint is managed, POST …/integrations/stripe/webhook-endpoint makes a new one.';

export function lastEvent({ connection, lastEventAt, now }: HealthFacts): Verdict {
  if (!connection.isActive) {
    return warn('The connection is switched off: events are only recorded, as skipped. Enable it.');
  }
  if (lastEventAt === null) return warn(`No event has been received yet. ${NOT_RECEIVED}`);
  return now.getTime() - Date.parse(lastEventAt) > QUIET_FOR_MS
    ? warn(`The last event was received at ${lastEventAt}. ${NOT_RECEIVED}`)
    : pass(`The last event was received at ${lastEventAt}.`);
}

export function signatureFailures({ connection, lastEventAt, now }: HealthFacts): Verdict {
  const failedAt = connection.lastSignatureFailureAt;
  if (failedAt === null) return pass('No webhook signature verification has failed.');

  const failed = `Webhook signature verification last failed at ${failedAt}`;
  const savedAt = connection.webhookSecrets[0]?.createdAt ?? '';
  if (failedAt > (lastEventAt ?? '')) {
    return failedAt > savedAt
      ? fail(`${failed}, and no event was received since. ${NOT_VERIFIED}`)
      : warn(`${failed}. Another secret was saved since: it is verified with the next event.`);
  }
  return now.getTime() - Date.parse(failedAt) < DAY_MS
    ? warn(`${failed}, but events have been received since. If it goes on: ${NOT_VERIFIED}`)
    : pass(`${failed}; events have been received since.`);
}
