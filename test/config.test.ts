import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { Environment, readConfig } from '../functions/config.ts';

const environment = {
  TABLE_NAME: 'fluxrate',
  SECRETS_KEY_ARN: 'arn:aws:kms:us-east-1:000000000000:key/1',
  SENDER_EMAIL: 'billing@example.com',
  EMAIL_CONFIGURATION_SET: 'fluxrate-prod',
  EVENT_BUS_NAME: 'fluxrate-prod',
  PUBLIC_URL: 'https://api.example.com',
  FIRST_LOOK_SECONDS: '60',
  EVENT_RETENTION_DAYS: '90',
};

describe('the environment', () => {
  test('is read into a type, and nothing else of it is kept', () => {
    expect(readConfig(Environment, { ...environment, AWS_SECRET_ACCESS_KEY: 'x' })).toEqual({
      ...environment,
      FIRST_LOOK_SECONDS: 60,
      EVENT_RETENTION_DAYS: 90,
    });
  });

  test('may name another Stripe', () => {
    const STRIPE_API_BASE = 'http://localhost:4001';
    expect(readConfig(Environment, { ...environment, STRIPE_API_BASE })).toMatchObject({ STRIPE_API_BASE });
  });

  test.each(['https://api.example.com/', 'https://api.example.com//'])(
    'loses the slashes at the end of %s',
    (PUBLIC_URL) => {
      expect(readConfig(Environment, { ...environment, PUBLIC_URL }).PUBLIC_URL).toBe(
        'https://api.example.com',
      );
    },
  );

  test('a function reads only what it needs', () => {
    expect(readConfig(v.pick(Environment, ['TABLE_NAME']), environment)).toEqual({ TABLE_NAME: 'fluxrate' });
  });

  test('everything that is missing or malformed is named at once, by name alone', () => {
    const broken = {
      TABLE_NAME: '',
      PUBLIC_URL: 'QzCanary',
      EVENT_RETENTION_DAYS: '0',
      STRIPE_API_BASE: 'QzCanary',
    };
    expect(() => readConfig(Environment, broken)).toThrow(
      new Error(
        'Missing or malformed environment variables: TABLE_NAME, SECRETS_KEY_ARN, SENDER_EMAIL, EMAIL_CONFIGURATION_SET, EVENT_BUS_NAME, PUBLIC_URL, FIRST_LOOK_SECONDS, EVENT_RETENTION_DAYS, STRIPE_API_BASE',
      ),
    );
  });

  test.each(['0', '-1', '1.5', '1e3', '00', '10000', ' 90', 'ninety'])(
    '%j are not days',
    (EVENT_RETENTION_DAYS) => {
      expect(() => readConfig(Environment, { ...environment, EVENT_RETENTION_DAYS })).toThrow(
        'EVENT_RETENTION_DAYS',
      );
    },
  );
});
