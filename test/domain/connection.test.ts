import { describe, expect, test } from '@jest/globals';
import {
  type Connection,
  rotateWebhookSecrets,
  validWebhookSecrets,
  WEBHOOK_SECRET_OVERLAP_MS,
  webhookUrl,
} from '../../functions/domain/connection.ts';
import { connection, NOW, tenant } from '../support/builders.ts';

const HOUR = 60 * 60 * 1000;
const hoursLater = (hours: number) => new Date(NOW.getTime() + hours * HOUR);

/** A connection after secrets a, b, … replaced each other at these hours. */
function rotatedAt(...hours: readonly number[]) {
  let webhookSecrets: Connection['webhookSecrets'] = [];
  for (const [index, hour] of hours.entries()) {
    const replacement = { ciphertext: 'abcdefgh'.charAt(index) };
    webhookSecrets = rotateWebhookSecrets(connection({ webhookSecrets }), replacement, hoursLater(hour));
  }
  return connection({ webhookSecrets });
}

const validAt = (rotated: Connection, hour: number) =>
  validWebhookSecrets(rotated, hoursLater(hour))
    .map(({ ciphertext }) => ciphertext)
    .join('');

describe('webhook secrets', () => {
  test('the first one has no end', () => {
    expect(rotatedAt(0).webhookSecrets).toEqual([
      { ciphertext: 'a', createdAt: NOW.toISOString(), expiresAt: null },
    ]);
    expect(validAt(rotatedAt(0), 10_000)).toBe('a');
  });

  test('case 35: old and new are valid for 24 hours, the newest first, and then only the new one', () => {
    const rotated = rotatedAt(0, 1);
    expect(WEBHOOK_SECRET_OVERLAP_MS).toBe(24 * HOUR);
    expect(validAt(rotated, 1)).toBe('ba');
    expect(validAt(rotated, 25 - 1 / HOUR)).toBe('ba');
    expect(validAt(rotated, 25)).toBe('b');
  });

  test('a further rotation does not lengthen the life of one already replaced', () => {
    const rotated = rotatedAt(0, 1, 20);
    expect(validAt(rotated, 24)).toBe('cba');
    expect(validAt(rotated, 25)).toBe('cb');
    expect(validAt(rotated, 44)).toBe('c');
  });

  test('there are never more than four, the oldest go first', () => {
    expect(validAt(rotatedAt(0, 1, 2, 3, 4, 5), 6)).toBe('fedc');
  });

  test('expired ones are not kept', () => {
    expect(rotatedAt(0, 1, 30).webhookSecrets.map(({ ciphertext }) => ciphertext)).toEqual(['c', 'b']);
  });
});

test('the webhook URL names tenant and environment', () => {
  expect(webhookUrl('https://api.example.com', tenant)).toBe(
    'https://api.example.com/api/v1/webhooks/stripe/tenant_org_1/prod',
  );
});
