import * as v from 'valibot';
import { PLATFORM_ID, type Tenant } from '../domain/tenant.ts';
import { type Answer, httpHandler } from './pipeline.ts';
import { problem } from './problem.ts';
import type { Request } from './request.ts';
import { platformId } from './schemas.ts';
import { sentence, validate } from './validation.ts';

/** What a route takes, by schema. What is not named must not be sent. */
export type RouteContract<
  Path extends v.ObjectEntries,
  Query extends v.ObjectEntries,
  Body extends v.GenericSchema,
> = {
  /** Besides `env_id`. */
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
};

export type ManagementCall<Path, Query, Body> = {
  readonly tenant: Tenant;
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  readonly requestId: string;
};

export const nothing = {};
export const noBody = v.unknown();

/**
 * A handler of the management API: `handle` is called with what its contract names, parsed, for the tenant that
 * the token names. Anything else is answered here.
 */
export function managementHandler<
  Path extends v.ObjectEntries,
  Query extends v.ObjectEntries,
  Body extends v.GenericSchema,
>(
  contract: RouteContract<Path, Query, Body>,
  handle: (
    call: ManagementCall<
      v.InferOutput<v.StrictObjectSchema<Path, undefined>>,
      v.InferOutput<v.StrictObjectSchema<Query, undefined>>,
      v.InferOutput<Body>
    >,
  ) => Promise<Answer>,
) {
  const Environment = v.object({ env_id: platformId });
  const Path = v.object(contract.path);
  const Query = v.strictObject(contract.query);

  return httpHandler(async (request) => {
    const { requestId } = request;
    const orgId = request.claims['org_id'];
    if (typeof orgId !== 'string' || !PLATFORM_ID.test(orgId)) {
      return problem('tenant_missing', 'The access token must carry the claim org_id.', requestId);
    }
    const sent = contract.body === noBody ? { ok: true as const, value: undefined } : readJson(request);
    if (!sent.ok) return problem('malformed_json', 'The body must be one JSON object, in UTF-8.', requestId);

    const environment = validate(Environment, request.path);
    const path = validate(Path, request.path);
    const query = validate(Query, request.query);
    const body = validate(contract.body, sent.value);
    if (!environment.ok || !path.ok || !query.ok || !body.ok) {
      const errors = [environment, path, query, body].flatMap((part) => (part.ok ? [] : part.errors));
      return problem('invalid_request', sentence(errors), requestId, errors);
    }
    const tenant = { orgId, envId: environment.value.env_id };
    return handle({ tenant, path: path.value, query: query.value, body: body.value, requestId });
  });
}

function readJson({
  body,
}: Request): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return { ok: false };
  }
}
