import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { createEventRules, EventPattern, matches } from '../../../lib/local/aws/event-rules.ts';

const event = {
  source: 'aws.ses',
  'detail-type': 'Email Bounced',
  detail: { mail: { tags: { set: ['one', 'two'] }, lines: [{ n: 1 }, { n: 2 }] }, first: null, ok: true },
};

describe('a pattern', () => {
  it.each<[string, EventPattern]>([
    ['of nothing', {}],
    ['of one of its values', { source: ['aws.s3', 'aws.ses'] }],
    ['of two fields', { source: ['aws.ses'], 'detail-type': ['Email Bounced'] }],
    ['of one value of a list', { detail: { mail: { tags: { set: ['two'] } } } }],
    ['of an object in a list', { detail: { mail: { lines: { n: [2] } } } }],
    ['of null and of a truth', { detail: { first: [null], ok: [true] } }],
  ])('%s is met', (_, pattern) => {
    expect(matches(pattern, event)).toBe(true);
  });

  it.each<[string, EventPattern]>([
    ['of another value', { source: ['aws.s3'] }],
    ['of no value at all', { source: [] }],
    ['of one field and another one not', { source: ['aws.ses'], 'detail-type': ['Email Delivered'] }],
    ['of what is not there', { detail: { gone: [null] } }],
    ['of what is below what is not there', { detail: { gone: { x: ['y'] } } }],
    ['of another type', { detail: { ok: ['true'] } }],
    ['of a field of a text', { source: { length: [7] } }],
  ])('%s is not', (_, pattern) => {
    expect(matches(pattern, event)).toBe(false);
  });

  it.each([
    { source: [{ prefix: 'aws.' }] },
    { detail: { size: [{ numeric: ['>', 1] }] } },
    { source: 'aws.ses' },
  ])('of more than exact values is refused, and not taken for another: %j', (pattern) => {
    expect(() => v.parse(EventPattern, pattern)).toThrow('patterns of exact values alone');
  });
});

describe('a rule', () => {
  const rule = (eventBusName: string, functionName: string, pattern: EventPattern = {}) => ({
    eventBusName,
    pattern,
    functionNames: [functionName],
  });

  it('invokes its function with the whole event, if bus and event are its own, and waits for it', async () => {
    const invoked: string[] = [];
    const ended: string[] = [];
    const rules = createEventRules(
      [
        rule('default', 'one', { source: ['aws.ses'] }),
        rule('default', 'other', { source: ['aws.s3'] }),
        rule('default', 'every'),
        rule('bus', 'elsewhere'),
      ],
      {
        async accept(name, payload) {
          expect(JSON.parse(payload)).toEqual(event);
          invoked.push(name);
          await new Promise(setImmediate);
          ended.push(name);
        },
      },
    );
    await rules.deliver('default', event);
    expect(invoked).toEqual(['one', 'every']);
    expect(ended).toEqual(invoked);
  });
});
