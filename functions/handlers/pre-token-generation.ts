import type { PreTokenGenerationV2TriggerEvent, PreTokenGenerationV3TriggerEvent } from 'aws-lambda';
import { SCOPES } from '../http/routes.ts';

type Event = PreTokenGenerationV2TriggerEvent | PreTokenGenerationV3TriggerEvent;

/** The one scope of a token that was not asked for through OAuth (by password over SRP, for one). */
const WITHOUT_OAUTH = 'aws.cognito.signin.user.admin';

/**
 * Cognito's trigger before it issues tokens: puts the tenant into the access token.
 *
 * - `org_id` is the user's `custom:org_id`, which only an operator sets. Client metadata is the caller's word, and decides nothing.
 * - Who signed in without OAuth could not ask for a scope, and gets both of ours. Who could ask gets what was asked for.
 * - A machine client has no attributes, so no tenant and no access.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
export const handler = async (event: Event): Promise<Event> => {
  const orgId = event.request.userAttributes?.['custom:org_id'];
  if (!orgId) return event;
  const askedForNothing = (event.request.scopes ?? []).every((scope) => scope === WITHOUT_OAUTH);
  event.response = {
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: {
        claimsToAddOrOverride: { org_id: orgId },
        ...(askedForNothing && { scopesToAdd: [SCOPES.read, SCOPES.write] }),
      },
    },
  };
  return event;
};
