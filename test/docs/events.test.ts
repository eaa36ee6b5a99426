import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import * as v from 'valibot';
import { definitions, EventDetail } from '../../functions/adapters/eventbridge/event-detail.ts';
import { INVOICE_EVENT_TYPES } from '../../functions/domain/invoice-events.ts';

const document = readFileSync('docs/events.md', 'utf8');
const blocks = [...document.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]) =>
  v.parse(v.record(v.string(), v.unknown()), JSON.parse(text ?? '')),
);
const schemas = blocks.filter((block) => '$schema' in block);
const details = blocks.filter((block) => !('$schema' in block)).map((block) => block['detail'] ?? block);

describe('docs/events.md', () => {
  it('holds the schema that the code keeps to', () => {
    const made = toJsonSchema(EventDetail, {
      target: 'draft-2020-12',
      definitions,
      ignoreActions: ['readonly'],
    });
    expect(schemas).toEqual([made]);
  });

  it('has an example of each type, and each is what its schema says', () => {
    expect(details.map((detail) => v.parse(EventDetail, detail).type).sort()).toEqual(
      [...INVOICE_EVENT_TYPES].sort(),
    );
    const ajv = new Ajv2020({ strict: true });
    formats.default(ajv);
    const validate = ajv.compile(schemas[0] ?? {});
    for (const detail of details) expect([validate(detail), validate.errors]).toEqual([true, null]);
    expect(validate({ ...v.parse(v.looseObject({}), details[0]), type: 'invoice.other' })).toBe(false);
  });

  it('tells when each type is sent', () => {
    for (const type of INVOICE_EVENT_TYPES) expect(document).toMatch(new RegExp(`^\\| \`${type}\` `, 'm'));
  });
});
