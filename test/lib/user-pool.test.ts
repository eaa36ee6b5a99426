import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { synthesize } from './synthesize.ts';

const { data, api } = synthesize();

describe('the user pool', () => {
  it('is kept', () => {
    data.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      Properties: { DeletionProtection: 'ACTIVE', UserPoolTier: 'ESSENTIALS' },
    });
  });

  it('lets nobody in but whom an operator makes', () => {
    data.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
  });

  it('lets nobody change tenant', () => {
    data.hasResourceProperties('AWS::Cognito::UserPool', {
      Schema: Match.arrayWith([Match.objectLike({ Name: 'org_id', Mutable: false })]),
    });
    api.hasResourceProperties('AWS::Cognito::UserPoolClient', { WriteAttributes: ['email'] });
  });

  it('asks for a strong password, and offers codes from an app as a second factor', () => {
    data.hasResourceProperties('AWS::Cognito::UserPool', {
      MfaConfiguration: 'OPTIONAL',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          RequireUppercase: true,
        },
      },
    });
  });

  it('has the two scopes', () => {
    data.hasResourceProperties('AWS::Cognito::UserPoolResourceServer', {
      Identifier: 'fluxrate',
      Scopes: [Match.objectLike({ ScopeName: 'read' }), Match.objectLike({ ScopeName: 'write' })],
    });
  });

  it('has a domain of the stage and account', () => {
    data.hasResourceProperties('AWS::Cognito::UserPoolDomain', {
      Domain: { 'Fn::Join': ['', ['fluxrate-prod-', { Ref: 'AWS::AccountId' }]] },
    });
  });

  it('asks our function before it issues a token, and is the only one that may', () => {
    const [fn] = Object.keys(data.findResources('AWS::Lambda::Function'));
    const [pool] = Object.keys(data.findResources('AWS::Cognito::UserPool'));
    data.hasResourceProperties('AWS::Cognito::UserPool', {
      LambdaConfig: {
        PreTokenGenerationConfig: { LambdaArn: { 'Fn::GetAtt': [fn, 'Arn'] }, LambdaVersion: 'V3_0' },
      },
    });
    data.resourceCountIs('AWS::Lambda::Permission', 1);
    data.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'cognito-idp.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [pool, 'Arn'] },
    });
  });
});

describe('the client', () => {
  it('is public: without a secret, by SRP or by a code', () => {
    api.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      ExplicitAuthFlows: [
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
      ],
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'fluxrate/read', 'fluxrate/write'],
    });
  });

  it('gets access tokens for an hour, and tells nobody who exists', () => {
    api.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AccessTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'minutes' },
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
    });
  });

  it('cannot ask for the scope that stands for no scope', () => {
    const [client] = Object.values(api.findResources('AWS::Cognito::UserPoolClient'));
    expect(client?.['Properties'].AllowedOAuthScopes).not.toContain('aws.cognito.signin.user.admin');
  });
});
