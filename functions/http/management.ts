import * as v from 'valibot';
import { PLATFORM_ID, type Tenant } from '../domain/tenant.ts';
import { type Contract, noBody } from './contract.ts';
import { httpHandler } from './pipeline.ts';
import { type Answer, problem } from './problem.ts';
import type { Request } from './request.ts';
import { platformId } from './schemas.ts';
import { sentence, validate } from './validation.ts';

export type ManagementCall<Named extends Contract> = {
  readonly tenant: Tenant;
  readonly path: v.InferOutput<v.ObjectSchema<Named['path'], undefined>>;
  readonly query: v.InferOutput<v.StrictObjectSchema<Named['query'], undefined>>;
  readonly body: v.InferOutput<Named['body']>;
  readonly requestId: string;
};

/** What a contract lets a handler say. */
export type Promised<Named extends Contract> =
  | Named['problems'][number]
  | (Named['answer']['body'] extends v.GenericSchema ? v.InferOutput<Named['answer']['body']> : undefined);

/**
 * A handler of the management API: `handle` is called with what its contract names, parsed, for the tenant that
 * the token names. Anything else is answered here.
 */
export function managementHandler<const Named extends Contract>(
  contract: Named,
  handle: (call: ManagementCall<Named>) => Promise<Answer<Promised<Named>>>,
) {
  const Environment = v.object({ env_id: platformId });
  const Path = v.object<Named['path']>(contract.path);
  const Query = v.strictObject<Named['query']>(contract.query);

  return httpHandler(async (request) => {
    const { requestId } = request;
    const orgId = request.claims['org_id'];
    if (typeof orgId !== 'string' || !PLATFORM_ID.test(orgId)) {
      return problem('tenant_missing', 'The access token must carry the claim org_id.', requestId);
    }
    const isBare = contract.body === noBody && request.body.length === 0;
    const sent = isBare ? { ok: true as const, value: undefined } : readJson(request);
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
