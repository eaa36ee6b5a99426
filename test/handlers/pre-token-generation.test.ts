import { describe, expect, it } from '@jest/globals';
import { handler } from '../../functions/handlers/pre-token-generation.ts';

type Event = Parameters<typeof handler>[0];

const event = (request: Partial<Event['request']>): Event => ({
  version: '2',
  triggerSource: 'TokenGeneration_Authentication',
  region: 'eu-west-1',
  userPoolId: 'pool',
  userName: 'ada',
  callerContext: { awsSdkVersion: '3', clientId: 'client' },
  request: { userAttributes: {}, groupConfiguration: {}, ...request },
  response: { claimsAndScopeOverrideDetails: {} },
});
const accessToken = async (request: Partial<Event['request']>) =>
  (await handler(event(request))).response.claimsAndScopeOverrideDetails.accessTokenGeneration;

const userAttributes = { 'custom:org_id': 'acme' };

describe('an access token', () => {
  it('names the tenant that the operator gave', async () => {
    expect(await accessToken({ userAttributes, scopes: ['openid', 'fluxrate/read'] })).toEqual({
      claimsToAddOrOverride: { org_id: 'acme' },
    });
  });

  it.each([{ scopes: ['aws.cognito.signin.user.admin'] }, {}])(
    'with %j gets both scopes: none could be asked for',
    async (request) => {
      expect(await accessToken({ userAttributes, ...request })).toEqual({
        claimsToAddOrOverride: { org_id: 'acme' },
        scopesToAdd: ['fluxrate/read', 'fluxrate/write'],
      });
    },
  );

  it('gets no scope that was not asked for', async () => {
    const token = await accessToken({ userAttributes, scopes: ['openid', 'aws.cognito.signin.user.admin'] });
    expect(token).not.toHaveProperty('scopesToAdd');
  });

  it('has no tenant by the word of the caller, and without a tenant no scope', async () => {
    expect(
      await accessToken({ clientMetadata: { org_id: 'acme', 'custom:org_id': 'acme' } }),
    ).toBeUndefined();
  });
});
