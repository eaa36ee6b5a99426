import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import * as v from 'valibot';
import { contracts } from '../../functions/http/contracts.ts';
import { openApiDocument } from '../../functions/http/openapi.ts';
import { problems } from '../../functions/http/problem.ts';
import { type Route, routes } from '../../functions/http/routes.ts';

/** As it comes over the wire. */
const document: unknown = JSON.parse(JSON.stringify(openApiDocument()));

const Schema = v.record(v.string(), v.unknown());
const Media = v.record(v.string(), v.strictObject({ schema: Schema }));
const Operation = v.strictObject({
  operationId: v.string(),
  summary: v.string(),
  security: v.array(v.record(v.string(), v.array(v.string()))),
  parameters: v.array(
    v.strictObject({
      name: v.string(),
      in: v.picklist(['path', 'query', 'header']),
      required: v.boolean(),
      schema: Schema,
    }),
  ),
  requestBody: v.optional(v.strictObject({ required: v.literal(true), content: Media })),
  responses: v.record(
    v.pipe(v.string(), v.regex(/^[1-5]\d\d$/)),
    v.strictObject({ description: v.string(), content: v.optional(Media, {}) }),
  ),
});

/** What of https://spec.openapis.org/oas/v3.1.0 the document may use: anything else in it is a mistake. */
const OpenApi = v.strictObject({
  openapi: v.literal('3.1.0'),
  info: v.strictObject({ title: v.string(), version: v.string(), description: v.string() }),
  servers: v.array(v.strictObject({ url: v.string() })),
  paths: v.record(
    v.pipe(v.string(), v.regex(/^\//)),
    v.partial(v.strictObject({ get: Operation, post: Operation, patch: Operation, delete: Operation })),
  ),
  components: v.strictObject({
    schemas: v.record(v.pipe(v.string(), v.regex(/^[\w.-]+$/)), Schema),
    securitySchemes: v.record(
      v.string(),
      v.strictObject({
        type: v.literal('http'),
        scheme: v.literal('bearer'),
        bearerFormat: v.string(),
        description: v.string(),
      }),
    ),
  }),
});
const { paths, components } = v.parse(OpenApi, document);
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) =>
    operation ? [{ path, method, ...operation }] : [],
  ),
);

/** Every object within, with the place where it stands. */
function* objectsIn(value: unknown, place = '#'): Generator<readonly [string, Record<string, unknown>]> {
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* objectsIn(item, `${place}/${index}`);
  if (!v.is(Schema, value) || Array.isArray(value)) return;
  yield [place, value];
  for (const [key, inner] of Object.entries(value)) {
    yield* objectsIn(inner, `${place}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

describe('the OpenAPI document', () => {
  it('has an operation for every route, and for nothing else', () => {
    const described = operations.map(({ operationId, method, path }) => `${operationId}: ${method} ${path}`);
    const served = Object.entries(routes).map(
      ([name, { method, path }]) => `${name}: ${method.toLowerCase()} ${path}`,
    );
    expect(described.toSorted()).toEqual(served.toSorted());
    expect(Object.keys(contracts).toSorted()).toEqual(Object.keys(routes).toSorted());
  });

  it('refers to nothing that is not there', () => {
    const places = new Map(objectsIn(document));
    const references = [...places.values()].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((reference) => !places.has(reference))).toEqual([]);
    const schemes = operations.flatMap(({ security }) => security.flatMap((needed) => Object.keys(needed)));
    expect([...new Set(schemes)]).toEqual(Object.keys(components.securitySchemes));
  });

  it.each(operations)(
    'names each part of the path of $operationId, and the scope of its token',
    (operation) => {
      const { path, parameters, security, operationId } = operation;
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(inPath.every(({ required }) => required)).toBe(true);
      const routeOf: Readonly<Record<string, Route | undefined>> = routes;
      const scope = routeOf[operationId]?.scope;
      expect(security).toEqual(scope ? [{ token: [scope] }] : []);
      expect('401' in operation.responses).toBe(scope !== undefined);
    },
  );

  it('holds valid JSON Schema alone', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true });
    formats.default(ajv);
    for (const [place, { schema }] of objectsIn(document)) {
      if (!v.is(Schema, schema)) continue;
      expect([place, ajv.validateSchema(schema), ajv.errors]).toEqual([place, true, null]);
    }
    for (const schema of Object.values(components.schemas)) {
      expect([ajv.validateSchema(schema), ajv.errors]).toEqual([true, null]);
      ajv.compile(schema);
    }
  });

  it('lets no answer hold what it does not name, but for the document itself', () => {
    const answers = operations
      .filter(({ operationId }) => operationId !== 'get-openapi')
      .flatMap(({ operationId, responses }) => [...objectsIn(responses, operationId)]);
    const open = [...answers, ...objectsIn(components.schemas)].filter(
      ([, schema]) => schema['type'] === 'object' && schema['additionalProperties'] !== false,
    );
    expect(open).toEqual([]);
  });

  it('lets no body hold what it does not name, but for Stripe’s event', () => {
    const bodies = operations
      .filter(({ operationId }) => operationId !== 'stripe-webhook')
      .flatMap(({ operationId, requestBody }) => [...objectsIn(requestBody, operationId)]);
    const open = bodies.filter(
      ([, schema]) => schema['type'] === 'object' && schema['additionalProperties'] !== false,
    );
    expect(bodies.length).toBeGreaterThan(10);
    expect(open).toEqual([]);
  });

  it('is small enough to be answered at once', () => {
    expect(JSON.stringify(document).length).toBeLessThan(200_000);
  });
});

describe('every problem', () => {
  const all = Object.entries<readonly [number, string]>(problems);
  const documented = readFileSync('docs/errors.md', 'utf8');

  it.each(all)('%s is answered by a route', (code, [status]) => {
    const schemas = operations.flatMap(({ responses }) =>
      Object.values(responses[String(status)]?.content ?? {}).map(({ schema }) => JSON.stringify(schema)),
    );
    expect(schemas.filter((schema) => schema.includes(`"${code}"`))).not.toEqual([]);
  });

  it.each(all)('%s is explained in docs/errors.md', (code, [status]) => {
    const row = documented.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${code}\``));
    expect(row).toMatch(new RegExp(`\\| *${status} *\\|`));
  });

  it('that is explained exists', () => {
    const explained = [...documented.matchAll(/^\| (`\w+`(?:, `\w+`)*) *\| *\d+ *\|/gm)].flatMap(
      ([, codes = '']) => codes.match(/\w+/g) ?? [],
    );
    const known = Object.keys(problems);
    expect(explained.length).toBeGreaterThan(20);
    expect(explained.filter((code) => !known.includes(code))).toEqual([]);
  });
});
