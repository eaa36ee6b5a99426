import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { synthesize } from './synthesize.ts';

const OneOrMore = v.union([
  v.pipe(
    v.string(),
    v.transform((one) => [one]),
  ),
  v.array(v.string()),
]);
const Statement = v.object({
  Effect: v.literal('Allow'),
  Action: OneOrMore,
  Resource: v.unknown(),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), v.unknown())), {}),
});
const Policy = v.object({
  Properties: v.object({
    PolicyDocument: v.object({ Statement: v.array(Statement) }),
    Roles: v.tuple([v.object({ Ref: v.string() })]),
  }),
});
const LambdaFunction = v.object({
  Properties: v.object({
    FunctionName: v.string(),
    Role: v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.literal('Arn')]) }),
  }),
});
type Statement = v.InferOutput<typeof Statement>;

const { data, api } = synthesize({ senderEmail: 'billing@example.com' });
const found = (type: string) => Object.values({ ...data.findResources(type), ...api.findResources(type) });
// The CDK's own function, which uploads the dashboard, has no name.
const named = found('AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName);
const policies = v.parse(v.array(Policy), found('AWS::IAM::Policy')).map(({ Properties }) => Properties);

/** What each function's role may do, by the handler's name. */
const statements: Readonly<Record<string, readonly Statement[]>> = Object.fromEntries(
  v
    .parse(v.array(LambdaFunction), named)
    .map(({ Properties: { FunctionName, Role } }) => [
      FunctionName.replace('fluxrate-prod-', ''),
      policies
        .filter(({ Roles }) => Roles[0].Ref === Role['Fn::GetAtt'][0])
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ]),
);
const names = Object.keys(statements);
const of = (name: string) => statements[name] ?? [];
const actionsOf = (name: string, service: string) =>
  of(name)
    .flatMap(({ Action }) => Action)
    .filter((action) => action.startsWith(`${service}:`));

/** Statements of the key that do not go through DynamoDB: those for secrets. */
const secretsOf = (name: string) =>
  of(name)
    .filter(({ Action }) => Action.some((action) => action.startsWith('kms:')))
    .filter(({ Condition }) => !Condition['StringEquals']?.['kms:ViaService'])
    .map(({ Action, Condition }) => ({ Action, Condition }));

const purpose = (...purposes: readonly string[]) => ({
  StringEquals: { 'kms:EncryptionContext:purpose': purposes },
});

/** Streams know no kinds of item: it is the whole table's changes that are read. */
const isOfStream = ({ Action }: Statement) => Action.includes('dynamodb:GetRecords');

describe('every role', () => {
  it.each(names)('of %s names each action', (name) => {
    expect(of(name).length).toBeGreaterThan(0);
    expect(of(name).flatMap(({ Action }) => Action)).not.toContainEqual(expect.stringContaining('*'));
  });

  it.each(names)('of %s names each resource, but for traces, which have none', (name) => {
    const everywhere = of(name).filter(({ Resource }) => Resource === '*');
    expect(everywhere.flatMap(({ Action }) => Action).sort()).toEqual([
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('has no policy of AWS, with its wildcards', () => {
    for (const role of found('AWS::IAM::Role'))
      expect(role['Properties']).not.toHaveProperty('ManagedPolicyArns');
  });

  it.each(names)('of %s reaches the table only with a condition on the kind of item', (name) => {
    const onTable = of(name).filter(({ Action }) => Action.some((action) => action.startsWith('dynamodb:')));
    for (const { Condition } of onTable.filter((statement) => !isOfStream(statement))) {
      expect(Condition).toHaveProperty(['ForAllValues:StringLike', 'dynamodb:LeadingKeys']);
    }
  });

  it.each(names)('of %s reaches the key only through DynamoDB, or for secrets of a purpose', (name) => {
    const onKey = of(name).filter(({ Action }) => Action.some((action) => action.startsWith('kms:')));
    for (const { Condition } of onKey) {
      expect(Object.keys(Condition)).toEqual(['StringEquals']);
      expect(Object.keys(Condition['StringEquals'] ?? {})).toEqual([
        expect.stringMatching(/^kms:(ViaService|EncryptionContext:purpose)$/),
      ]);
    }
  });
});

describe('the table', () => {
  it.each([
    ['stripe-webhook', ['GetItem', 'PutItem', 'UpdateItem', 'UpdateItem']],
    ['connect-stripe', ['GetItem', 'PutItem', 'UpdateItem']],
    [
      'update-connection',
      [
        'DeleteItem',
        ...Array(2).fill('GetItem'),
        ...Array(2).fill('PutItem'),
        ...Array(2).fill('Query'),
        ...Array(3).fill('UpdateItem'),
      ],
    ],
    [
      'disconnect-stripe',
      [
        ...Array(2).fill('DeleteItem'),
        ...Array(2).fill('GetItem'),
        ...Array(2).fill('PutItem'),
        ...Array(2).fill('Query'),
        ...Array(3).fill('UpdateItem'),
      ],
    ],
    [
      'sweep',
      [
        ...Array(3).fill('DeleteItem'),
        ...Array(3).fill('GetItem'),
        ...Array(2).fill('PutItem'),
        ...Array(4).fill('Query'),
        ...Array(4).fill('UpdateItem'),
      ],
    ],
    ['configure-webhook-endpoint', ['GetItem', 'Query', 'UpdateItem']],
    ['check-health', ['GetItem', 'Query']],
    ['get-connection', ['GetItem', 'Query']],
    ['list-connections', ['GetItem', 'Query']],
    ['list-webhook-events', ['Query']],
    ['get-webhook-event', ['GetItem']],
    ['replay-webhook-event', ['GetItem', 'PutItem', 'UpdateItem']],
    ['get-openapi', []],
    ['list-invoices', ['Query']],
    ['get-invoice', ['GetItem']],
    ['finalize-invoice', ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem']],
    ['finalize-invoice-route', ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem']],
    ['void-invoice', ['GetItem', 'PutItem', 'UpdateItem']],
    ['email-invoice', ['GetItem', 'UpdateItem']],
    ['acknowledge-invoice', ['GetItem', 'UpdateItem']],
    ['record-email-feedback', ['GetItem', 'UpdateItem']],
    ['publish-invoice-events', ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']],
    ['pre-token-generation', []],
  ])('%s may do %j', (name, actions) => {
    expect(actionsOf(name, 'dynamodb').sort()).toEqual(actions.map((action) => `dynamodb:${action}`));
  });

  it('knows every function of the app', () => {
    expect(names).toHaveLength(23);
  });

  it.each([
    ['PutItem', ['INVOICE#*', 'EVENT#*', 'PAYMENT#*']],
    ['GetItem', ['CONNECTION', 'INVOICE#*', 'PAYMENT#*']],
  ])('lets the webhook %s only %j', (action, kinds) => {
    const statement = of('stripe-webhook').find(({ Action }) => Action.includes(`dynamodb:${action}`));
    expect(statement?.Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map((kind) => `T#*#E#*#${kind}`) },
    });
  });

  it('lets finalize write nothing but invoices, and where their payments are', () => {
    const writes = of('finalize-invoice').filter(({ Action }) => Action.includes('dynamodb:PutItem'));
    expect(writes.map(({ Condition }) => Condition)).toEqual([
      {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['T#*#E#*#INVOICE#*', 'T#*#E#*#PAYMENT#*'] },
      },
    ]);
  });

  it.each([
    ['list-invoices', 'INVOICES'],
    ['list-webhook-events', 'EVENTS'],
  ])('lets %s query one kind of the list index', (name, list) => {
    expect(of(name).filter(({ Action }) => Action.includes('dynamodb:Query'))).toEqual([
      expect.objectContaining({
        Resource: { 'Fn::Join': ['', [{ 'Fn::ImportValue': expect.any(String) }, '/index/gsi1']] },
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`T#*#E#*#${list}`] } },
      }),
    ]);
  });
});

describe('secrets', () => {
  it('opens webhook secrets alone to the webhook', () => {
    expect(secretsOf('stripe-webhook')).toEqual([
      { Action: ['kms:Decrypt'], Condition: purpose('webhook_secret') },
    ]);
  });

  it.each(['finalize-invoice', 'finalize-invoice-route', 'void-invoice'])(
    'opens secret keys alone to %s',
    (name) => {
      expect(secretsOf(name)).toEqual([{ Action: ['kms:Decrypt'], Condition: purpose('secret_key') }]);
    },
  );

  it('lets connect-stripe seal both, and open none', () => {
    expect(secretsOf('connect-stripe')).toEqual([
      { Action: ['kms:Encrypt'], Condition: purpose('secret_key', 'webhook_secret') },
    ]);
  });

  it('lets update-connection seal both, and open the key, to close what is open in an account that is left', () => {
    expect(secretsOf('update-connection')).toEqual([
      { Action: ['kms:Encrypt'], Condition: purpose('secret_key', 'webhook_secret') },
      { Action: ['kms:Decrypt'], Condition: purpose('secret_key') },
    ]);
  });

  it.each(['disconnect-stripe', 'sweep'])('opens secret keys alone to %s', (name) => {
    expect(secretsOf(name)).toEqual([{ Action: ['kms:Decrypt'], Condition: purpose('secret_key') }]);
  });

  it.each(['email-invoice', 'acknowledge-invoice', 'record-email-feedback'])('are closed to %s', (name) => {
    expect(secretsOf(name)).toEqual([]);
  });

  it.each(names.filter((name) => /^(get|list|pre)-/.test(name)))(
    'has nothing for %s, which cannot write either',
    (name) => {
      expect(secretsOf(name)).toEqual([]);
      expect(actionsOf(name, 'kms').filter((action) => /Encrypt|GenerateDataKey/.test(action))).toEqual([]);
    },
  );
});

describe('secrets of the webhook endpoint', () => {
  it('are sealed by what configures it, which opens the key for it', () => {
    expect(secretsOf('configure-webhook-endpoint')).toEqual([
      { Action: ['kms:Encrypt'], Condition: purpose('webhook_secret') },
      { Action: ['kms:Decrypt'], Condition: purpose('secret_key') },
    ]);
  });

  it('are nothing to the health check, which opens the key alone', () => {
    expect(secretsOf('check-health')).toEqual([
      { Action: ['kms:Decrypt'], Condition: purpose('secret_key') },
    ]);
  });
});

describe('mail', () => {
  it.each(names)('%s may send from the one address with the one configuration set, if at all', (name) => {
    const mail = of(name).filter(({ Action }) => Action.some((action) => action.startsWith('ses:')));
    const sends = /^(finalize-invoice.*|email-invoice|sweep)$/.test(name);
    const action = { Effect: 'Allow', Action: ['ses:SendEmail'] };
    const arn = (...parts: unknown[]) => ({ 'Fn::Join': ['', expect.arrayContaining(parts)] });
    expect(mail).toEqual(
      sends
        ? [
            { ...action, Resource: arn(':configuration-set/', { Ref: expect.any(String) }), Condition: {} },
            {
              ...action,
              Resource: arn(':identity/*'),
              Condition: { StringEquals: { 'ses:FromAddress': 'billing@example.com' } },
            },
          ]
        : [],
    );
  });
});

describe('the stream', () => {
  it('is read for what publishes events alone, and is all of the table that this reaches', () => {
    const readers = names.filter((name) => of(name).some(isOfStream));
    expect(readers).toEqual(['publish-invoice-events']);
    const onTable = of('publish-invoice-events').filter(({ Action }) => Action[0]?.startsWith('dynamodb:'));
    expect(onTable.map(({ Resource }) => Resource)).toEqual([
      { 'Fn::Join': ['', [{ 'Fn::ImportValue': expect.stringContaining('Table') }, '/stream/*']] },
    ]);
    expect(secretsOf('publish-invoice-events')).toEqual([]);
  });
});

describe('the event bus', () => {
  it.each(names)('%s may put events on it, if at all', (name) => {
    const onBus = of(name).filter(({ Action }) => Action.some((action) => action.startsWith('events:')));
    expect(onBus).toEqual(
      name === 'publish-invoice-events'
        ? [
            {
              Effect: 'Allow',
              Action: ['events:PutEvents'],
              Resource: { 'Fn::ImportValue': expect.stringContaining('EventBus') },
              Condition: {},
            },
          ]
        : [],
    );
  });
});
