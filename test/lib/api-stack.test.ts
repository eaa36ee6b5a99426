import { describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { type Route, routes } from '../../functions/http/routes.ts';
import { synthesize } from './synthesize.ts';

const { data, api } = synthesize({ senderEmail: 'billing@example.com' });
const byName: readonly (readonly [string, Route])[] = Object.entries(routes);
const only = (template: Template, type: string) => {
  const ids = Object.keys(template.findResources(type));
  expect(ids).toHaveLength(1);
  return ids[0];
};
const pascal = (name: string) => name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

describe('routes', () => {
  it.each(byName)('%s is served by the function of its name', (name, { method, path }) => {
    const [routeId] = Object.keys(
      api.findResources('AWS::ApiGatewayV2::Route', { Properties: { RouteKey: `${method} ${path}` } }),
    );
    expect(routeId).toBeDefined();
    const [functionId = ''] = Object.keys(
      api.findResources('AWS::Lambda::Function', { Properties: { FunctionName: `fluxrate-prod-${name}` } }),
    );
    const [integrationId] = Object.keys(
      api.findResources('AWS::ApiGatewayV2::Integration', {
        Properties: {
          IntegrationType: 'AWS_PROXY',
          PayloadFormatVersion: '2.0',
          IntegrationUri: { 'Fn::GetAtt': [functionId, 'Arn'] },
        },
      }),
    );
    api.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: `${method} ${path}`,
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: integrationId }]] },
    });
    expect(functionId.startsWith(pascal(name))).toBe(true);
  });

  it.each(byName.filter(([, { scope }]) => scope))(
    '%s asks for a token with its scope',
    (_, { method, path, scope }) => {
      api.hasResourceProperties('AWS::ApiGatewayV2::Route', {
        RouteKey: `${method} ${path}`,
        AuthorizationType: 'JWT',
        AuthorizerId: { Ref: only(api, 'AWS::ApiGatewayV2::Authorizer') },
        AuthorizationScopes: [scope],
      });
    },
  );

  it('asks for none at the webhook and for the OpenAPI document, and nowhere else', () => {
    const open = api.findResources('AWS::ApiGatewayV2::Route', { Properties: { AuthorizationType: 'NONE' } });
    expect(Object.values(open).map(({ Properties }) => Properties.RouteKey)).toEqual([
      'GET /api/v1/openapi.json',
      'POST /api/v1/webhooks/stripe/{tenant}/{env_id}',
    ]);
    api.resourceCountIs('AWS::ApiGatewayV2::Route', byName.length);
  });

  it('reads with the read scope, and changes with the write scope', () => {
    for (const [, { method, scope }] of byName.filter(([, route]) => route.scope)) {
      expect(scope).toBe(method === 'GET' ? 'fluxrate/read' : 'fluxrate/write');
    }
  });
});

describe('tokens', () => {
  it('come from our own user pool, for our own client', () => {
    const client = only(api, 'AWS::Cognito::UserPoolClient');
    api.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: {
        Audience: [{ Ref: client }],
        Issuer: {
          'Fn::Join': [
            '',
            [
              'https://cognito-idp.',
              { Ref: 'AWS::Region' },
              '.',
              { Ref: 'AWS::URLSuffix' },
              '/',
              { 'Fn::ImportValue': Match.stringLikeRegexp('Users') },
            ],
          ],
        },
      },
    });
  });

  it('come from another issuer where one is given, and then there is no user pool', () => {
    const { data, api } = synthesize({ jwtIssuer: 'https://id.example.com/', jwtAudience: 'fluxrate' });
    api.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Audience: ['fluxrate'], Issuer: 'https://id.example.com/' },
    });
    for (const template of [data, api]) {
      expect(JSON.stringify(template.toJSON())).not.toContain('Cognito');
    }
    expect(api.findOutputs('UserPoolId')).toEqual({});
  });
});

describe('the stage', () => {
  it('limits the rate of requests', () => {
    api.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 },
    });
  });

  it('logs each request as JSON, without anything of the caller', () => {
    const [stage = {}] = Object.values(api.findResources('AWS::ApiGatewayV2::Stage'));
    const { DestinationArn, Format } = stage['Properties'].AccessLogSettings;
    const [logGroup] = DestinationArn['Fn::GetAtt'];
    api.templateMatches({ Resources: { [logGroup]: { Properties: { RetentionInDays: 90 } } } });
    expect(Object.values(JSON.parse(Format)).sort()).toEqual([
      '$context.authorizer.error',
      '$context.error.message',
      '$context.integrationErrorMessage',
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.routeKey',
      '$context.status',
    ]);
  });
});

describe('every function', () => {
  // The CDK's own function, which uploads the dashboard, has no name.
  const functionsOf = (template: Template) =>
    Object.values(template.findResources('AWS::Lambda::Function')).filter(
      ({ Properties }) => Properties.FunctionName,
    );
  const all = [...functionsOf(data), ...functionsOf(api)].map(
    ({ Properties }) => [String(Properties.FunctionName), Properties] as const,
  );

  it('has the name of its stage and handler', () => {
    const others = [
      'finalize-invoice',
      'publish-invoice-events',
      'record-email-feedback',
      'sweep',
      'pre-token-generation',
    ];
    const names = [...Object.keys(routes), ...others];
    expect(all.map(([name]) => name).sort()).toEqual(names.map((name) => `fluxrate-prod-${name}`).sort());
  });

  it.each(all)('%s runs on Node 24 and Graviton, traced, with JSON logs', (_, properties) => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    });
    expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it.each(all)('%s keeps its own logs for three months', (_, { LoggingConfig }) => {
    const logGroups = {
      ...data.findResources('AWS::Logs::LogGroup'),
      ...api.findResources('AWS::Logs::LogGroup'),
    };
    expect(logGroups[LoggingConfig.LogGroup.Ref]).toMatchObject({ Properties: { RetentionInDays: 90 } });
  });

  it('shares its log group with no other', () => {
    expect(new Set(all.map(([, { LoggingConfig }]) => LoggingConfig.LogGroup.Ref)).size).toBe(all.length);
  });

  it('sweeps every minute', () => {
    api.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Input: '{}', Arn: Match.anyValue() }],
    });
  });

  it('answers within the time that its caller waits', () => {
    const timeouts = Object.fromEntries(
      all.map(([name, { Timeout }]) => [name.replace('fluxrate-prod-', ''), Timeout]),
    );
    expect(timeouts).toMatchObject({
      'stripe-webhook': 20,
      'finalize-invoice': 25,
      'finalize-invoice-route': 25,
      'pre-token-generation': 5,
    });
    // API Gateway's own limit is 30.
    expect(Math.max(...Object.values(timeouts))).toBeLessThan(30);
  });

  it.each([
    ['stripe-webhook', ['EVENT_RETENTION_DAYS', 'SECRETS_KEY_ARN', 'TABLE_NAME']],
    ['connect-stripe', ['PUBLIC_URL', 'SECRETS_KEY_ARN', 'TABLE_NAME']],
    ['update-connection', ['PUBLIC_URL', 'SECRETS_KEY_ARN', 'TABLE_NAME']],
    ['get-connection', ['PUBLIC_URL', 'TABLE_NAME']],
    ['list-connections', ['PUBLIC_URL', 'TABLE_NAME']],
    ['list-webhook-events', ['TABLE_NAME']],
    ['get-webhook-event', ['TABLE_NAME']],
    ['replay-webhook-event', ['TABLE_NAME']],
    ['list-invoices', ['TABLE_NAME']],
    ['record-email-feedback', ['TABLE_NAME']],
    ['publish-invoice-events', ['EVENT_BUS_NAME']],
    ['get-invoice', ['TABLE_NAME']],
    ...['finalize-invoice', 'finalize-invoice-route'].map((name): [string, string[]] => [
      name,
      ['EMAIL_CONFIGURATION_SET', 'FIRST_LOOK_SECONDS', 'SECRETS_KEY_ARN', 'SENDER_EMAIL', 'TABLE_NAME'],
    ]),
  ])('%s finds what it needs, and no more, in its environment', (name, variables) => {
    const [, properties] = all.find(([candidate]) => candidate === `fluxrate-prod-${name}`) ?? [];
    expect(Object.keys(properties?.Environment.Variables).sort()).toEqual(variables);
  });
});

describe('finalize-invoice', () => {
  const finalize = { FunctionName: 'fluxrate-prod-finalize-invoice' };

  it('case 41: is kept to a number of invocations at once where one is named', () => {
    synthesize({ finalizeConcurrency: '20' }).api.hasResourceProperties('AWS::Lambda::Function', {
      ...finalize,
      ReservedConcurrentExecutions: 20,
    });
  });

  it('reserves nothing of a new account’s few invocations otherwise', () => {
    const reserved = synthesize().api.findResources('AWS::Lambda::Function', {
      Properties: { ReservedConcurrentExecutions: Match.anyValue() },
    });
    expect(reserved).toEqual({});
  });
});

describe('events', () => {
  it.each([
    [{}, '90'],
    [{ eventRetentionDays: '30' }, '30'],
  ])('with %j are kept for %s days', (context, days) => {
    synthesize(context).api.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'fluxrate-prod-stripe-webhook',
      Environment: { Variables: { EVENT_RETENTION_DAYS: days } },
    });
  });
});

describe('addresses', () => {
  const apiId = only(api, 'AWS::ApiGatewayV2::Api');
  const endpoint = { 'Fn::GetAtt': [apiId, 'ApiEndpoint'] };

  it('are those of API Gateway', () => {
    api.hasOutput('ApiUrl', { Value: endpoint });
    api.hasOutput('WebhookUrlPattern', {
      Value: { 'Fn::Join': ['', [endpoint, '/api/v1/webhooks/stripe/tenant_{org_id}/{env_id}']] },
    });
    api.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'fluxrate-prod-get-connection',
      Environment: { Variables: { PUBLIC_URL: endpoint } },
    });
  });

  it('are those of the custom domain where there is one', () => {
    const { api } = synthesize({
      apiDomain: 'api.example.com',
      apiCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/one',
    });
    api.hasOutput('ApiUrl', { Value: 'https://api.example.com' });
    api.hasOutput('WebhookUrlPattern', {
      Value: 'https://api.example.com/api/v1/webhooks/stripe/tenant_{org_id}/{env_id}',
    });
    api.hasOutput('ApiDomainTarget', {});
    api.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'api.example.com',
      DomainNameConfigurations: [{ CertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/one' }],
    });
    api.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: '$default' });
    api.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'fluxrate-prod-connect-stripe',
      Environment: { Variables: { PUBLIC_URL: 'https://api.example.com' } },
    });
  });
});

describe('outputs', () => {
  it('name what an operator needs', () => {
    api.hasOutput('FinalizeFunctionName', { Value: 'fluxrate-prod-finalize-invoice' });
    api.hasOutput('EventBusName', { Value: { 'Fn::ImportValue': Match.stringLikeRegexp('EventBus') } });
    api.hasOutput('UserPoolId', { Value: { 'Fn::ImportValue': Match.stringLikeRegexp('Users') } });
    api.hasOutput('UserPoolClientId', { Value: { Ref: only(api, 'AWS::Cognito::UserPoolClient') } });
  });

  it('carry the stage', () => {
    const { api } = synthesize({ stage: 'staging' });
    api.hasOutput('FinalizeFunctionName', { Value: 'fluxrate-staging-finalize-invoice' });
  });
});

describe('alarms', () => {
  it('are none without an address', () => {
    api.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    api.resourceCountIs('AWS::SNS::Topic', 0);
  });

  it('go to the address, and each says who is hurt', () => {
    const { api } = synthesize({ alarmEmail: 'ops@example.com' });
    api.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    const topic = only(api, 'AWS::SNS::Topic');
    const alarms = Object.values(api.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties,
    );
    expect(alarms.map(({ MetricName }) => MetricName).sort()).toEqual([
      '5xx',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesVisible',
      'Errors',
      'Errors',
      'Errors',
      'Errors',
      'Errors',
      'Errors',
      'IteratorAge',
      'LinksLeftOpen',
      'SignatureFailures',
      'Throttles',
      'Throttles',
      'Throttles',
      'Throttles',
      'Throttles',
      'Throttles',
    ]);
    for (const { AlarmActions, AlarmDescription, TreatMissingData } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: topic }]);
      expect(AlarmDescription).toMatch(/Customers|Tenants|The platform/);
      expect(TreatMissingData).toBe('notBreaching');
    }
  });
});
