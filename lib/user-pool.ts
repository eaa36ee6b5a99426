import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  type IUserPool,
  LambdaVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StringAttribute,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { SCOPES } from '../functions/http/routes.ts';
import { signedIn, signedOut } from './dashboard-delivery.ts';
import { type CodeOf, handlerFunction } from './function.ts';

/**
 * The people who may use the management API. Only an operator makes them, and says to which tenant each belongs: `custom:org_id`
 * is given at creation, never changes, and reaches the access token through the function `pre-token-generation`.
 *
 * Access tokens with claims of one's own need the plan Essentials.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
export function createUserPool(
  scope: Construct,
  { stage, codeOf }: { readonly stage: string; readonly codeOf: CodeOf },
): UserPool {
  const pool = new UserPool(scope, 'Users', {
    userPoolName: `fluxrate-${stage}`,
    featurePlan: FeaturePlan.ESSENTIALS,
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    signInCaseSensitive: false,
    keepOriginal: { email: true },
    standardAttributes: { email: { required: true, mutable: true } },
    customAttributes: { org_id: new StringAttribute({ mutable: false, minLen: 1, maxLen: 64 }) },
    mfa: Mfa.OPTIONAL,
    mfaSecondFactor: { otp: true, sms: false },
    passwordPolicy: {
      minLength: 12,
      requireDigits: true,
      requireLowercase: true,
      requireUppercase: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(3),
    },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  pool.addResourceServer('Api', {
    identifier: 'fluxrate',
    scopes: [
      new ResourceServerScope({
        scopeName: 'read',
        scopeDescription: 'See invoices, connections and events',
      }),
      new ResourceServerScope({
        scopeName: 'write',
        scopeDescription: 'Change connections and finalize invoices',
      }),
    ],
  });
  pool.addDomain('Domain', {
    // Domains are unique in a region, over all accounts.
    cognitoDomain: { domainPrefix: signInPrefix(stage) },
  });
  // V3 is called for machine clients too. They get no tenant: nothing that only an operator sets says whose they are.
  pool.addTrigger(
    UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
    handlerFunction(scope, 'pre-token-generation', { stage, codeOf, timeoutSeconds: 5 }),
    LambdaVersion.V3_0,
  );
  return pool;
}

const signInPrefix = (stage: string) => `fluxrate-${stage}-${Aws.ACCOUNT_ID}`;

/** The issuer of the pool's tokens, and the origins that a page asks for its configuration and for tokens. */
export function addressesOf(
  userPool: IUserPool,
  stage: string,
): { readonly issuer: string; readonly origins: readonly string[] } {
  const { region, urlSuffix } = Stack.of(userPool);
  const issuerOrigin = `https://cognito-idp.${region}.${urlSuffix}`;
  return {
    issuer: `${issuerOrigin}/${userPool.userPoolId}`,
    origins: [issuerOrigin, `https://${signInPrefix(stage)}.auth.${region}.amazoncognito.com`],
  };
}

/**
 * A public client (no secret) for people: in the dashboard, by the pool's own page with a code and PKCE, or by password over SRP.
 * A user can change the e-mail address, and nothing else. An operator can sign a user in from the AWS CLI.
 */
export function createUserPoolClient(
  scope: Construct,
  { userPool, dashboardUrl }: { readonly userPool: IUserPool; readonly dashboardUrl: string },
): UserPoolClient {
  return new UserPoolClient(scope, 'UserPoolClient', {
    userPool,
    userPoolClientName: 'app',
    generateSecret: false,
    authFlows: { userSrp: true, adminUserPassword: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.custom(SCOPES.read), OAuthScope.custom(SCOPES.write)],
      callbackUrls: [dashboardUrl + signedIn],
      logoutUrls: [dashboardUrl + signedOut],
    },
    supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
    writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(1),
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
  });
}
