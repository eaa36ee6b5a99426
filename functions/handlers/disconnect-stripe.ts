import { disconnectDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { noContent, problem } from '../http/problem.ts';
import { disconnectStripe } from '../use-cases/disconnect-stripe.ts';

const deps = disconnectDeps();

/** `DELETE …/integrations/stripe` */
export const handler = managementHandler(
  contracts['disconnect-stripe'],
  async ({ tenant, query, requestId }) => {
    const outcome = await disconnectStripe({ tenant, confirm: query.confirm === 'true' }, deps);
    return outcome.kind === 'disconnected' ? noContent() : problem(outcome.code, outcome.detail, requestId);
  },
);
