import { describe, expect, it } from '@jest/globals';
import { blank, changesOf, overlapEnd } from '../../dashboard/src/pages/manage/settings.ts';
import { isEndpointFound, progressOf } from '../../dashboard/src/pages/manage/steps.ts';

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
  type Status = 'pass' | 'warn' | 'fail';
  const checks = (endpoint: Status, events: Status, permissions: Status = 'pass') => [
    { check: 'permissions', status: permissions, detail: '' },
    { check: 'webhook_endpoint', status: endpoint, detail: '' },
    { check: 'events_subscribed', status: events, detail: '' },
  ];

  it('are open at first', () => {
    expect(progressOf(started, checks('fail', 'fail'))).toEqual({
      hasEndpoint: false,
      hasWebhookSecret: false,
    });
  });

  it('see an endpoint that was made by hand, whose secret is not saved yet', () => {
    expect(progressOf(started, checks('fail', 'warn'))).toEqual({
      hasEndpoint: true,
      hasWebhookSecret: false,
    });
  });

  it.each([
    ['is missing', checks('fail', 'fail')],
    ['lacks events', checks('pass', 'fail')],
    ['is disabled, or delivers elsewhere', checks('fail', 'pass')],
  ])('do not take a saved secret for an endpoint that %s', (_, found) => {
    const seen = { ...connection, last_event_at: '2030-01-02T00:00:00.000Z' };
    expect(progressOf(seen, found)).toEqual({ hasEndpoint: false, hasWebhookSecret: true });
  });

  it.each([
    ['was not asked yet', []],
    ['may not be asked', checks('warn', 'warn', 'warn')],
  ])('follow from the connection itself where Stripe %s', (_, found) => {
    expect(progressOf(connection, found)).toEqual({ hasEndpoint: true, hasWebhookSecret: true });
    // An event that was seen may be of the account that was left.
    const left = { ...started, last_event_at: '2030-01-02T00:00:00.000Z' };
    expect(progressOf(left, found)).toEqual({ hasEndpoint: false, hasWebhookSecret: false });
  });

  it('know an endpoint made by hand from none', () => {
    expect(isEndpointFound(checks('pass', 'warn'))).toBe(true);
    expect(isEndpointFound(checks('warn', 'warn'))).toBe(true);
    expect(isEndpointFound(checks('fail', 'fail'))).toBe(false);
    expect(isEndpointFound(checks('warn', 'warn', 'fail'))).toBeNull();
  });
});
