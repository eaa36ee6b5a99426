import type { App } from 'aws-cdk-lib';
import type { ISource } from 'aws-cdk-lib/aws-s3-deployment';
import { ApiStack } from './api-stack.ts';
import { DataStack } from './data-stack.ts';
import type { CodeOf } from './function.ts';
import { functions } from './functions.ts';
import type { Settings } from './settings.ts';

/** Every handler whose bundle the stacks ask for. */
export const handlers: readonly string[] = [...Object.keys(functions), 'pre-token-generation'];

/** What is deployed: each handler's bundle, and the dashboard's files. */
export type Sources = { readonly codeOf: CodeOf; readonly page: ISource };

/** The whole system in two stacks: what must last, and what can be deployed anew. */
export function addFluxrate(
  app: App,
  settings: Settings,
  { codeOf, page }: Sources,
): { readonly dataStack: DataStack; readonly apiStack: ApiStack } {
  const { stage } = settings;
  const common = { settings, codeOf, tags: { application: 'fluxrate', stage } };
  const dataStack = new DataStack(app, `fluxrate-${stage}-data`, {
    ...common,
    description: 'Fluxrate for Stripe: data that must last',
    terminationProtection: !settings.isLocal,
  });
  const apiStack = new ApiStack(app, `fluxrate-${stage}-api`, {
    ...common,
    dataStack,
    page,
    description: 'Fluxrate for Stripe: API, functions and dashboard',
  });
  return { dataStack, apiStack };
}
