import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  holdsSecret,
  parseSecretKey,
  parseWebhookSecret,
  secretKeyHint,
} from '../../functions/domain/stripe-credentials.ts';
import { property } from '../support/property.ts';

const KEY_BODY = '51KcanaryQ9w8E7r6T5y4U3i2O1p4242';

describe('case 34: a secret key', () => {
  test.each([
    ['sk_test_', false, false],
    ['sk_live_', true, false],
    ['rk_test_', false, true],
    ['rk_live_', true, true],
  ])('%s… is taken', (prefix, livemode, restricted) => {
    const text = `${prefix}${KEY_BODY}`;
    expect(parseSecretKey(text)).toEqual({ ok: true, value: { text, livemode, restricted } });
  });

  test.each([' ', '\n', '\r\n\t', '\u00a0', '\ufeff'])('white space %j around it is forgiven', (space) => {
    expect(parseSecretKey(`${space}sk_test_${KEY_BODY}${space}`)).toMatchObject({
      ok: true,
      value: { text: `sk_test_${KEY_BODY}` },
    });
  });

  test.each([
    ['', 'Nothing was pasted.'],
    [' \n', 'Nothing was pasted.'],
    [`pk_test_${KEY_BODY}`, 'This is a publishable key.'],
    [`whsec_${KEY_BODY}`, 'This is a webhook signing secret.'],
    ['https://dashboard.stripe.com/canary', 'This is a URL.'],
    ['http://localhost:4001/v1', 'This is a URL.'],
    ['see https://dashboard.stripe.com', 'This is not a Stripe secret of the kind asked for.'],
    [`key: sk_test_${KEY_BODY}`, 'This is not a Stripe secret of the kind asked for.'],
    ['sk_test_', 'This is an API key, or a part of one.'],
    [`sk_test_${KEY_BODY} ${KEY_BODY}`, 'This is an API key, or a part of one.'],
    [`sk_prod_${KEY_BODY}`, 'This is an API key, or a part of one.'],
    [`SK_TEST_${KEY_BODY}`, 'This is not a Stripe secret of the kind asked for.'],
    [`sk_test_${'x'.repeat(251)}`, 'This is an API key, or a part of one.'],
    [`sk_test_${KEY_BODY}é`, 'This is an API key, or a part of one.'],
  ])('%j is refused, with the reason', (pasted, reason) => {
    const parsed = parseSecretKey(pasted);
    expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(`${reason} Paste the key`) });
  });
});

describe('case 34: a webhook secret', () => {
  test.each([`whsec_${KEY_BODY}`, 'whsec_aGVs+bG8/d29ybGQ='])('%s is taken', (text) => {
    expect(parseWebhookSecret(text)).toEqual({ ok: true, value: text });
    expect(parseWebhookSecret(`\n ${text}\t`)).toEqual({ ok: true, value: text });
  });

  test.each([
    ['', 'Nothing was pasted.'],
    [`sk_test_${KEY_BODY}`, 'This is an API key, or a part of one.'],
    [`rk_live_${KEY_BODY}`, 'This is an API key, or a part of one.'],
    [`pk_live_${KEY_BODY}`, 'This is a publishable key.'],
    ['https://api.example.com/webhooks/canary', 'This is a URL.'],
    ['we_1Kcanary', 'This is not a Stripe secret of the kind asked for.'],
    ['whsec_', 'This is a webhook signing secret.'],
    [`whsec_${KEY_BODY}\nwhsec_${KEY_BODY}`, 'This is a webhook signing secret.'],
  ])('%j is refused, with the reason', (pasted, reason) => {
    const parsed = parseWebhookSecret(pasted);
    expect(parsed).toEqual({
      ok: false,
      problem: expect.stringContaining(`${reason} Paste the signing secret`),
    });
  });
});

const prefix = fc.constantFrom('', 'sk_test_', 'rk_', 'pk_live_', 'whsec_', 'https://');
const CANARY = 'QzCanary';
property(
  'case 38: a refusal never repeats what was pasted',
  fc.property(prefix, fc.string(), (start, rest) => {
    for (const parse of [parseSecretKey, parseWebhookSecret]) {
      const parsed = parse(`${start}${CANARY}${rest} !`);
      expect(parsed).toEqual({ ok: false, problem: expect.not.stringContaining(CANARY) });
    }
  }),
);

describe('case 38: a secret in a text that will be shown', () => {
  test.each([
    `sk_live_${KEY_BODY}`,
    `my key is rk_test_${KEY_BODY}.`,
    `whsec_${KEY_BODY}`,
    'sk_test_12345678',
  ])('is seen in %s', (text) => {
    expect(holdsSecret(text)).toBe(true);
  });

  test.each([
    '',
    'Stripe (sk_live_…)',
    'sk_test_1234567',
    'rk_live',
    'whsec_ goes here',
    `pk_live_${KEY_BODY}`,
  ])('is not seen in %j', (text) => {
    expect(holdsSecret(text)).toBe(false);
  });
});

describe('case 38: the hint', () => {
  test('is the prefix and the last four characters', () => {
    const hintOf = (text: string) => secretKeyHint({ text, livemode: false, restricted: false });
    expect(hintOf(`sk_test_${KEY_BODY}`)).toBe('sk_test_…4242');
    expect(hintOf(`rk_live_${KEY_BODY}`)).toBe('rk_live_…4242');
    expect(hintOf('sk_test_42')).toBe('sk_test_…42');
  });

  const body = fc.stringMatching(/^[A-Za-z0-9]{8,250}$/);
  property(
    'never shows more than four characters of a key, nor more than half',
    fc.property(body, (text) => {
      const shown = secretKeyHint({ text: `sk_test_${text}`, livemode: false, restricted: false });
      const [prefix, rest = ''] = shown.split('…');
      expect(prefix).toBe('sk_test_');
      expect(rest.length).toBeLessThanOrEqual(Math.min(4, text.length / 2));
      expect(text.endsWith(rest)).toBe(true);
    }),
  );
});
