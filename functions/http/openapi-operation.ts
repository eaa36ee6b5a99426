import type * as v from 'valibot';
import { GatewayAnswer, ProblemAnswer } from './answers.ts';
import { type Contract, noBody } from './contract.ts';
import { jsonSchema } from './json-schema.ts';
import { type ProblemCode, problems } from './problem.ts';
import type { Route } from './routes.ts';
import { platformId } from './schemas.ts';

/** A route as an operation of the OpenAPI document. */
export function operation(name: string, route: Route, contract: Contract): object {
  const { summary, query, headers = {}, body } = contract;
  const path = route.scope ? { env_id: platformId, ...contract.path } : contract.path;
  return {
    operationId: name,
    summary,
    security: route.scope ? [{ token: [route.scope] }] : [],
    parameters: [
      ...parameters('path', path),
      ...parameters('query', query),
      ...parameters('header', headers),
    ],
    ...(body !== noBody && { requestBody: { required: true, content: media('application/json', body) } }),
    responses: { ...success(contract), ...refusals(codesOf(route, contract), gatewayRefusalsOf(route)) },
  };
}

function parameters(place: 'path' | 'query' | 'header', entries: v.ObjectEntries): object[] {
  return Object.entries(entries).map(([name, schema]) => ({
    name,
    in: place,
    required: schema.type !== 'optional',
    schema: jsonSchema(schema),
  }));
}

function success({ answer: { status, body } }: Contract): object {
  return { [status]: { description: 'Done.', ...(body && { content: media('application/json', body) }) } };
}

/** The codes of the route's own, and of every route of its kind. */
function codesOf({ scope }: Route, { body, problems: own }: Contract): readonly ProblemCode[] {
  const ofManagement = ['tenant_missing', 'invalid_request', 'service_unavailable'] as const;
  return [
    ...own,
    ...(scope ? ofManagement : []),
    ...(scope && body !== noBody ? (['malformed_json'] as const) : []),
    'internal_error',
  ];
}

/** What API Gateway answers itself, in words of its own. */
function gatewayRefusalsOf({ scope }: Route): Readonly<Record<number, string>> {
  const always = { 429: 'Too many requests' };
  return scope
    ? { 401: 'No token, or none that is valid', 403: 'The token lacks the scope', ...always }
    : always;
}

function refusals(codes: readonly ProblemCode[], gateway: Readonly<Record<number, string>>): object {
  const statuses = new Set([...codes.map(statusOf), ...Object.keys(gateway).map(Number)]);
  return Object.fromEntries(
    [...statuses].map((status) => {
      const ours = codes.filter((code) => statusOf(code) === status);
      const theirs = gateway[status] === undefined ? [] : [gateway[status]];
      const answer = {
        description: `${[...theirs, ...ours.map((code) => problems[code][1])].join('. ')}.`,
        content: {
          ...(theirs.length > 0 && media('application/json', GatewayAnswer)),
          ...(ours.length > 0 && problemMedia(ours)),
        },
      };
      return [status, answer];
    }),
  );
}

function statusOf(code: ProblemCode): number {
  return problems[code][0];
}

function problemMedia(codes: readonly ProblemCode[]): object {
  const schema = { ...jsonSchema(ProblemAnswer), properties: { code: { enum: codes } } };
  return { 'application/problem+json': { schema } };
}

function media(type: string, schema: v.GenericSchema): object {
  return { [type]: { schema: jsonSchema(schema) } };
}
