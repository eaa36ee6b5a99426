import { describe, expect, it } from '@jest/globals';
import { blank, changesOf, overlapEnd } from '../../dashboard/src/pages/manage/settings.ts';
import { progressOf } from '../../dashboard/src/pages/manage/steps.ts';

const connection = {
  id: 'conn_1',
  provider: 'stripe',
  name: 'Production Stripe',
  is_active: true,
  livemode: false,
  stripe_account_id: null,
  secret_key_hint: 'sk_test_…4242',
  webhook_secret_set: true,
  webhook_url: 'https://api.example.com/api/v1/webhooks/stripe/tenant_acme/prod',
  webhook_endpoint: null,
  last_event_at: null,
  last_signature_failure_at: null,
  created_at: '2030-01-01T00:00:00.000Z',
  updated_at: '2030-01-02T00:00:00.000Z',
} as const;

describe('Save Changes', () => {
  it('sends nothing where nothing was changed', () => {
    expect(changesOf({ ...blank, name: ' Production Stripe ' }, connection)).toEqual({});
  });

  it('sends what was changed, and nothing else', () => {
    const settings = { ...blank, name: connection.name, secret_key: ' sk_test_1 ', revoke_previous: true };
    expect(changesOf(settings, connection)).toEqual({ secret_key: 'sk_test_1' });
    expect(changesOf({ ...settings, webhook_secret: 'whsec_1' }, connection)).toEqual({
      secret_key: 'sk_test_1',
      webhook_secret: 'whsec_1',
      revoke_previous: true,
    });
  });

  it('tells until when a replaced webhook secret is valid', () => {
    expect(overlapEnd(connection, connection, { webhook_secret: 'whsec_1' })).toBe(
      '2030-01-03T00:00:00.000Z',
    );
    expect(
      overlapEnd(connection, connection, { webhook_secret: 'whsec_1', revoke_previous: true }),
    ).toBeNull();
    expect(overlapEnd({ ...connection, webhook_secret_set: false }, connection, {})).toBeNull();
  });
});

describe('the steps of the set-up', () => {
  const started = { ...connection, webhook_secret_set: false };
  const check = (check: string, status: 'pass' | 'warn' | 'fail') => ({ check, status, detail: '' });

  it('are open at first', () => {
    const checks = [check('permissions', 'pass'), check('events_subscribed', 'fail')];
    expect(progressOf(started, checks)).toEqual({
      hasEndpoint: false,
      hasWebhookSecret: false,
      hasEvent: false,
    });
  });

  it('see an endpoint that was made by hand', () => {
    const found = [check('permissions', 'pass'), check('events_subscribed', 'warn')];
    expect(progressOf(started, found)).toMatchObject({ hasEndpoint: true, hasWebhookSecret: false });
    const unreadable = [check('permissions', 'warn'), check('events_subscribed', 'warn')];
    expect(progressOf(started, unreadable)).toMatchObject({ hasEndpoint: false });
  });

  it('follow from the connection itself', () => {
    expect(progressOf(connection, [])).toMatchObject({
      hasEndpoint: true,
      hasWebhookSecret: true,
      hasEvent: false,
    });
    const seen = { ...connection, last_event_at: '2030-01-02T00:00:00.000Z' };
    expect(progressOf(seen, [])).toEqual({ hasEndpoint: true, hasWebhookSecret: true, hasEvent: true });
  });
});
