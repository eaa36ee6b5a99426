import { healthDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { checkHealth } from '../use-cases/check-health.ts';

const deps = healthDeps();

/** `GET …/integrations/stripe/health` */
export const handler = managementHandler(contracts['check-health'], async ({ tenant, requestId }) => {
  const outcome = await checkHealth(tenant, deps);
  return outcome.kind === 'checked'
    ? json(200, { data: outcome.checks, next_cursor: null })
    : problem(outcome.code, outcome.detail, requestId);
});
