import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { failureFields, log } from '../functions/log.ts';
import { type LogFields, Unavailable } from '../functions/ports.ts';

const CANARY = 'sk_live_QzCanary';

let written = '';

beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += chunk;
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a line', () => {
  const all: Required<LogFields> = {
    org_id: 'org_1',
    env_id: 'prod',
    invoice_id: 'inv_1',
    event_id: 'evt_1',
    event_type: 'charge.refunded',
    request_id: 'req_1',
    route: 'GET /',
    status: 200,
    code: 'try_again',
    service: 'kms',
    error: 'TypeError',
  };

  test('is one JSON object with level, message and the fields that are allowed', () => {
    log.info('answered', all);
    expect(written.endsWith('\n')).toBe(true);
    expect(JSON.parse(written)).toEqual({ level: 'INFO', message: 'answered', ...all });
  });

  test.each(['info', 'warn', 'error'] as const)(
    'of level %s names it, and leaves out what it was not given',
    (level) => {
      log[level]('said');
      expect(JSON.parse(written)).toEqual({ level: level.toUpperCase(), message: 'said' });
    },
  );

  test('stays one line', () => {
    log.warn('a\nb', { route: 'GET /\r\n{"level":"ERROR"}' });
    expect(written.trimEnd()).not.toMatch(/[\r\n]/);
  });

  test('case 38: a field that is not on the list does not come out, though its object is logged', () => {
    const request = { ...all, secret_key: CANARY, headers: { authorization: CANARY }, body: CANARY };
    log.error('failed', request);
    expect(JSON.parse(written)).toEqual({ level: 'ERROR', message: 'failed', ...all });
    expect(written).not.toContain('QzCanary');
  });
});

describe('case 38: of what was thrown', () => {
  class StripeSignatureVerificationError extends Error {
    override readonly name = 'StripeSignatureVerificationError';
    readonly payload = CANARY;
    readonly header = CANARY;
  }

  test.each<[string, unknown, LogFields]>([
    ['an error', new TypeError(CANARY), { error: 'TypeError' }],
    [
      'an error of an SDK',
      new StripeSignatureVerificationError(CANARY, { cause: CANARY }),
      { error: 'StripeSignatureVerificationError' },
    ],
    [
      'a service that is away',
      new Unavailable('kms', new RangeError(CANARY)),
      { service: 'kms', error: 'RangeError' },
    ],
    [
      'a service that is away, without a cause',
      new Unavailable('kms'),
      { service: 'kms', error: 'undefined' },
    ],
    ['a text', CANARY, { error: 'string' }],
    ['an object', { name: CANARY, message: CANARY }, { error: 'object' }],
  ])('%s, only the class is told', (_, thrown, fields) => {
    expect(failureFields(thrown)).toEqual(fields);
    log.error('failed', failureFields(thrown));
    expect(written).not.toContain('QzCanary');
  });
});
