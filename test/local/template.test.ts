import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readAssembly } from '../../lib/local/assembly.ts';
import { readDeployment } from '../../lib/local/template.ts';
import { temporaryFolder } from './fixtures.ts';

const placeholder = (name: string) => `\${${name}}`;

const data = {
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'fluxrate-local',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        SSESpecification: { KMSMasterKeyId: { 'Fn::Unheard': 'not needed here' } },
      },
    },
    Key: { Type: 'AWS::KMS::Key', Properties: {} },
    Alias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/fluxrate-local', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'fluxrate-local', Description: 'x' } },
    Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'billing@example.com' } },
    Emails: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'fluxrate-local' } },
    EmailEvents: {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: {
        ConfigurationSetName: { Ref: 'Emails' },
        EventDestination: {
          Enabled: true,
          EventBridgeDestination: { EventBusArn: 'arn:aws:events:us-east-1:000000000000:event-bus/default' },
          MatchingEventTypes: ['bounce', 'delivery'],
        },
      },
    },
    EmailMetrics: {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: {
        ConfigurationSetName: { Ref: 'Emails' },
        EventDestination: { MatchingEventTypes: ['open'], CloudWatchDestination: {} },
      },
    },
  },
  Outputs: {
    KeyOut: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] }, Export: { Name: 'data:Key' } },
    StreamOut: { Value: { 'Fn::GetAtt': ['Table', 'StreamArn'] }, Export: { Name: 'data:Stream' } },
    BusOut: { Value: { Ref: 'Bus' }, Export: { Name: 'data:Bus' } },
  },
};
const api = (environment: Record<string, unknown>) => ({
  Parameters: { Days: { Type: 'Number', Default: 90 } },
  Resources: {
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: { 'Fn::Join': ['-', ['fluxrate', 'local', 'hook']] },
        Handler: 'index.handler',
        Timeout: 10,
        Code: { S3Bucket: { 'Fn::Sub': `cdk-${placeholder('AWS::AccountId')}` }, S3Key: 'abc123.zip' },
        Environment: { Variables: environment },
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
    Jwt: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: { JwtConfiguration: { Issuer: 'http://localhost:4000/_local/oidc', Audience: ['a'] } },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { IntegrationUri: { 'Fn::GetAtt': ['Fn', 'Arn'] } },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        RouteKey: 'GET /x',
        AuthorizationType: 'JWT',
        AuthorizationScopes: ['fluxrate/read'],
        AuthorizerId: { Ref: 'Jwt' },
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      },
    },
    EventRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.ses'], detail: { mail: { tags: { set: [{ Ref: 'Days' }] } } } },
        Targets: [
          { Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Id: 'a' },
          { Arn: 'arn:aws:sqs:us-east-1:000000000000:elsewhere', Id: 'b' },
        ],
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 minute)',
        Targets: [{ Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Id: 't' }],
      },
    },
    Changes: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::ImportValue': 'data:Stream' },
        FunctionName: { Ref: 'Fn' },
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"Keys":{"sk":{"S":["INVOICE"]}}}}' }] },
        StartingPosition: 'TRIM_HORIZON',
      },
    },
    Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    Asynchronous: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Fn' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
      },
    },
  },
});

function deploy(environment: Record<string, unknown> = {}, keyArns?: Map<string, string>) {
  const directory = temporaryFolder();
  const write = (name: string, value: unknown) => writeFileSync(join(directory, name), JSON.stringify(value));
  mkdirSync(join(directory, 'asset.abc123'));
  write('data.template.json', data);
  write('api.template.json', api(environment));
  write('api.assets.json', { files: { abc123: { source: { path: 'asset.abc123', packaging: 'zip' } } } });
  write('manifest.json', {
    artifacts: {
      data: { type: 'aws:cloudformation:stack', properties: { templateFile: 'data.template.json' } },
      api: {
        type: 'aws:cloudformation:stack',
        properties: { templateFile: 'api.template.json', stackName: 'the-api' },
      },
      'api.assets': { type: 'cdk:asset-manifest', properties: { file: 'api.assets.json' } },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  });
  const world = {
    assembly: readAssembly(directory),
    publicUrl: 'https://tunnel.example',
    ...(keyArns && { keyArns }),
  };
  return { directory, ...readDeployment(world) };
}

const environment = (variables: Record<string, unknown>) => deploy(variables).functions[0]?.environment;

describe('a deployment', () => {
  it('has the functions, routes, schedules, event rules, tables, keys and senders of all stacks', () => {
    const deployment = deploy();
    expect(deployment.functions).toEqual([
      {
        name: 'fluxrate-local-hook',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:fluxrate-local-hook',
        folder: join(deployment.directory, 'asset.abc123'),
        handler: 'index.handler',
        timeoutSeconds: 10,
        memoryMb: 128,
        environment: {},
      },
    ]);
    expect(deployment.routes).toEqual([
      {
        routeKey: 'GET /x',
        functionName: 'fluxrate-local-hook',
        scopes: ['fluxrate/read'],
        authorizer: { issuer: 'http://localhost:4000/_local/oidc', audience: ['a'] },
      },
    ]);
    expect(deployment.schedules).toEqual([
      { expression: 'rate(1 minute)', functionName: 'fluxrate-local-hook', input: '{}' },
    ]);
    expect(deployment.asynchronous).toEqual([
      {
        functionName: 'fluxrate-local-hook',
        retryAttempts: 1,
        onFailure: 'arn:aws:sqs:us-east-1:000000000000:the-api-Queue',
      },
    ]);
    expect(deployment.tables).toMatchObject([
      {
        TableName: 'fluxrate-local',
        GlobalSecondaryIndexes: [],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    ]);
    expect(deployment.eventSources).toEqual([
      {
        tableName: 'fluxrate-local',
        functionName: 'fluxrate-local-hook',
        batchSize: 100,
        bisectBatchOnFunctionError: true,
        reportsBatchItemFailures: true,
        filters: [{ dynamodb: { Keys: { sk: { S: ['INVOICE'] } } } }],
      },
    ]);
    expect(deployment.eventBuses).toEqual(['fluxrate-local']);
    expect(deployment.keys).toMatchObject([{ logicalId: 'Key', aliases: ['alias/fluxrate-local'] }]);
    expect(deployment.senders).toEqual(['billing@example.com']);
    expect(deployment.configurationSets).toEqual([{ name: 'fluxrate-local', tells: ['bounce', 'delivery'] }]);
    expect(deployment.eventRules).toEqual([
      {
        eventBusName: 'default',
        pattern: { source: ['aws.ses'], detail: { mail: { tags: { set: [90] } } } },
        functionNames: ['fluxrate-local-hook'],
      },
    ]);
  });

  it('resolves references within and across stacks', () => {
    const resolved = environment({
      DAYS: { Ref: 'Days' },
      KEY: { 'Fn::ImportValue': 'data:Key' },
      BUS: { 'Fn::ImportValue': 'data:Bus' },
      SUB: {
        'Fn::Sub': [['Fn.Arn', 'x', '!kept', 'AWS::Region'].map(placeholder).join(' '), { x: { Ref: 'Fn' } }],
      },
      PART: { 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b-c'] }] },
      NOTHING: { Ref: 'AWS::NoValue' },
    });
    expect(resolved).toEqual({
      DAYS: '90',
      KEY: expect.stringMatching(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/),
      BUS: 'fluxrate-local',
      SUB: `arn:aws:lambda:us-east-1:000000000000:function:fluxrate-local-hook fluxrate-local-hook ${placeholder('kept')} us-east-1`,
      PART: 'b',
    });
  });

  it('knows the API by its public address, in either form', () => {
    const host = [
      'https://',
      { Ref: 'Api' },
      '.execute-api.',
      { Ref: 'AWS::Region' },
      '.',
      { Ref: 'AWS::URLSuffix' },
      '/x',
    ];
    expect(
      environment({ A: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, B: { 'Fn::Join': ['', host] } }),
    ).toEqual({
      A: 'https://tunnel.example',
      B: 'https://tunnel.example/x',
    });
  });

  it('takes a key’s ARN from elsewhere where it lives elsewhere', () => {
    const arn = 'arn:aws:kms:eu-west-1:000000000001:key/other';
    const deployment = deploy({ KEY: { 'Fn::ImportValue': 'data:Key' } }, new Map([['Key', arn]]));
    expect(deployment.functions[0]?.environment).toEqual({ KEY: arn });
  });

  it.each([
    [{ 'Fn::FindInMap': [] }, 'the-api uses Fn::FindInMap, which the local system does not know'],
    [{ 'Fn::GetAtt': ['Fn', 'SnapStart'] }, 'does not know SnapStart of Fn'],
    [{ Ref: 'Gone' }, 'the-api has no resource Gone'],
    [{ 'Fn::ImportValue': 'gone' }, 'No stack exports gone'],
  ])('says which part of the template it does not understand', (value, sentence) => {
    expect(() => environment({ X: value })).toThrow(sentence);
  });
});
