import * as v from 'valibot';
import type { Stack } from './assembly.ts';
import { EventPattern, type EventRule } from './aws/event-rules.ts';
import { resolve, type World } from './intrinsics.ts';

const Scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));

const FunctionProperties = v.object({
  FunctionName: v.optional(v.string()),
  Handler: v.string(),
  Timeout: v.optional(v.number(), 3),
  MemorySize: v.optional(v.number(), 128),
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), Scalar), {}) })),
  Code: v.object({ S3Key: v.string() }),
});
const TableProperties = v.object({
  TableName: v.optional(v.string()),
  AttributeDefinitions: v.array(
    v.object({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) }),
  ),
  KeySchema: v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) })),
  GlobalSecondaryIndexes: v.optional(
    v.array(
      v.object({
        IndexName: v.string(),
        KeySchema: v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) })),
        Projection: v.object({
          ProjectionType: v.optional(v.picklist(['ALL', 'KEYS_ONLY', 'INCLUDE'])),
          NonKeyAttributes: v.optional(v.array(v.string())),
        }),
      }),
    ),
    [],
  ),
  TimeToLiveSpecification: v.optional(v.object({ AttributeName: v.string(), Enabled: v.boolean() })),
  StreamSpecification: v.optional(
    v.object({ StreamViewType: v.picklist(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) }),
  ),
});
const RouteProperties = v.object({
  RouteKey: v.string(),
  AuthorizationType: v.optional(v.string(), 'NONE'),
  AuthorizationScopes: v.optional(v.array(v.string()), []),
  AuthorizerId: v.optional(v.string()),
  Target: v.string(),
});
const IntegrationProperties = v.object({ IntegrationUri: v.string() });
const AuthorizerProperties = v.object({
  JwtConfiguration: v.object({ Issuer: v.string(), Audience: v.array(v.string()) }),
});
const EventRuleProperties = v.object({
  ScheduleExpression: v.optional(v.string()),
  EventBusName: v.optional(v.string(), 'default'),
  EventPattern: v.optional(EventPattern),
  Targets: v.optional(v.array(v.object({ Arn: v.string(), Input: v.optional(v.string(), '{}') })), []),
});
const SchedulerProperties = v.object({
  ScheduleExpression: v.string(),
  Target: v.object({ Arn: v.string(), Input: v.optional(v.string(), '{}') }),
});
const EventInvokeConfigProperties = v.object({
  FunctionName: v.string(),
  MaximumRetryAttempts: v.optional(v.number(), 2),
  DestinationConfig: v.optional(
    v.object({ OnFailure: v.optional(v.object({ Destination: v.string() })) }),
    {},
  ),
});
const EventSourceProperties = v.object({
  EventSourceArn: v.string(),
  FunctionName: v.string(),
  BatchSize: v.optional(v.number(), 100),
  BisectBatchOnFunctionError: v.optional(v.boolean(), false),
  FunctionResponseTypes: v.optional(v.array(v.string()), []),
  FilterCriteria: v.optional(
    v.object({
      Filters: v.array(v.object({ Pattern: v.pipe(v.string(), v.parseJson(), EventPattern) })),
    }),
  ),
});
const EventBusProperties = v.object({ Name: v.string() });
const IdentityProperties = v.object({ EmailIdentity: v.string() });
const ConfigurationSetProperties = v.object({ Name: v.string() });
const EventDestinationProperties = v.object({
  ConfigurationSetName: v.string(),
  EventDestination: v.object({
    MatchingEventTypes: v.array(v.string()),
    EventBridgeDestination: v.optional(v.object({ EventBusArn: v.string() })),
  }),
});
const AliasProperties = v.object({ AliasName: v.string(), TargetKeyId: v.string() });

export type LambdaFunction = {
  name: string;
  arn: string;
  /** The folder that would be zipped and uploaded. */
  folder: string;
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
};
export type Table = v.InferOutput<typeof TableProperties> & { TableName: string };
export type EncryptionKey = { logicalId: string; id: string; aliases: string[] };
export type JwtAuthorizer = { issuer: string; audience: string[] };
export type GatewayRoute = {
  routeKey: string;
  functionName: string;
  authorizer?: JwtAuthorizer;
  scopes: string[];
};
export type Schedule = { expression: string; functionName: string; input: string };

/** What becomes of asynchronous invocations that fail. */
export type AsynchronousSettings = {
  functionName: string;
  retryAttempts: number;
  /** The ARN of where those go that are given up. */
  onFailure: string | null;
};

export type ConfigurationSet = {
  name: string;
  /** What EventBridge is told of e-mails that are sent with it, in the template's words: `bounce`, `delivery`, … */
  tells: string[];
};

/** A function that is brought a table's changes. */
export type EventSource = {
  tableName: string;
  functionName: string;
  /** The most records that are brought at once. */
  batchSize: number;
  bisectBatchOnFunctionError: boolean;
  reportsBatchItemFailures: boolean;
  /** A record that is like one of these is brought, and any where there is none. */
  filters: EventPattern[];
};

export type Deployment = {
  functions: LambdaFunction[];
  tables: Table[];
  keys: EncryptionKey[];
  senders: string[];
  routes: GatewayRoute[];
  schedules: Schedule[];
  asynchronous: AsynchronousSettings[];
  eventSources: EventSource[];
  eventBuses: string[];
  eventRules: EventRule[];
  configurationSets: ConfigurationSet[];
};

/** Of the synthesized stacks, what the local system runs, with every reference resolved. */
export function readDeployment(world: World): Deployment {
  return {
    functions: resources(world, 'AWS::Lambda::Function', FunctionProperties, (properties, { arn, name }) => ({
      name: properties.FunctionName ?? name,
      arn: arn(),
      folder: assetFolder(properties.Code.S3Key, world),
      handler: properties.Handler,
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      environment: properties.Environment?.Variables ?? {},
    })),
    tables: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'].flatMap((type) =>
      resources(world, type, TableProperties, (properties, { name }) => ({
        ...properties,
        TableName: properties.TableName ?? name,
      })),
    ),
    keys: readKeys(world),
    senders: resources(
      world,
      'AWS::SES::EmailIdentity',
      IdentityProperties,
      (identity) => identity.EmailIdentity,
    ),
    routes: readRoutes(world),
    schedules: readSchedules(world),
    eventRules: readEventRules(world),
    eventSources: resources(world, 'AWS::Lambda::EventSourceMapping', EventSourceProperties, (mapping) => ({
      tableName: tableNameOf(mapping.EventSourceArn),
      functionName: functionNameOf(mapping.FunctionName),
      batchSize: mapping.BatchSize,
      bisectBatchOnFunctionError: mapping.BisectBatchOnFunctionError,
      reportsBatchItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      filters: mapping.FilterCriteria?.Filters.map(({ Pattern }) => Pattern) ?? [],
    })),
    eventBuses: resources(world, 'AWS::Events::EventBus', EventBusProperties, ({ Name }) => Name),
    configurationSets: readConfigurationSets(world),
    asynchronous: resources(
      world,
      'AWS::Lambda::EventInvokeConfig',
      EventInvokeConfigProperties,
      ({ FunctionName, MaximumRetryAttempts, DestinationConfig }) => ({
        functionName: FunctionName,
        retryAttempts: MaximumRetryAttempts,
        onFailure: DestinationConfig.OnFailure?.Destination ?? null,
      }),
    ),
  };
}

function readKeys(world: World): EncryptionKey[] {
  const aliases = resources(world, 'AWS::KMS::Alias', AliasProperties, (alias) => alias);
  return resources(world, 'AWS::KMS::Key', v.object({}), (_, { logicalId, arn, ref }) => ({
    logicalId,
    id: ref,
    aliases: aliases
      .filter(({ TargetKeyId }) => TargetKeyId === arn() || TargetKeyId === ref)
      .map(({ AliasName }) => AliasName),
  }));
}

function readRoutes(world: World): GatewayRoute[] {
  const integrations = new Map(
    resources(world, 'AWS::ApiGatewayV2::Integration', IntegrationProperties, (integration, { ref }) => {
      return [ref, functionNameOf(integration.IntegrationUri)];
    }),
  );
  const authorizers = new Map(
    resources(world, 'AWS::ApiGatewayV2::Authorizer', AuthorizerProperties, (authorizer, { ref }) => {
      return [
        ref,
        { issuer: authorizer.JwtConfiguration.Issuer, audience: authorizer.JwtConfiguration.Audience },
      ];
    }),
  );
  return resources(world, 'AWS::ApiGatewayV2::Route', RouteProperties, (route) => ({
    routeKey: route.RouteKey,
    functionName: known(integrations, route.Target.replace(/^integrations\//, '')),
    scopes: route.AuthorizationScopes,
    ...(route.AuthorizationType === 'NONE' ? {} : { authorizer: known(authorizers, route.AuthorizerId) }),
  }));
}

function readSchedules(world: World): Schedule[] {
  const rules = resources(world, 'AWS::Events::Rule', EventRuleProperties, (rule) => {
    const { ScheduleExpression, Targets } = rule;
    return ScheduleExpression
      ? Targets.map(({ Arn, Input }) => schedule(ScheduleExpression, Arn, Input))
      : [];
  });
  const schedulers = resources(world, 'AWS::Scheduler::Schedule', SchedulerProperties, (properties) => {
    return schedule(properties.ScheduleExpression, properties.Target.Arn, properties.Target.Input);
  });
  return [...rules.flat(), ...schedulers];
}

function readEventRules(world: World): EventRule[] {
  return resources(world, 'AWS::Events::Rule', EventRuleProperties, (rule) => {
    const { EventBusName, EventPattern: pattern, Targets } = rule;
    const functionNames = Targets.filter(({ Arn }) => isFunction(Arn)).map(({ Arn }) => functionNameOf(Arn));
    const eventBusName = EventBusName.replace(/^arn:.*:event-bus\//, '');
    return pattern ? [{ eventBusName, pattern, functionNames }] : [];
  }).flat();
}

function readConfigurationSets(world: World): ConfigurationSet[] {
  const destinations = resources(
    world,
    'AWS::SES::ConfigurationSetEventDestination',
    EventDestinationProperties,
    (destination) => destination,
  );
  return resources(world, 'AWS::SES::ConfigurationSet', ConfigurationSetProperties, ({ Name }) => ({
    name: Name,
    tells: destinations
      .filter(({ ConfigurationSetName }) => ConfigurationSetName === Name)
      .filter(({ EventDestination }) => EventDestination.EventBridgeDestination)
      .flatMap(({ EventDestination }) => EventDestination.MatchingEventTypes),
  }));
}

function schedule(expression: string, arn: string, input: string): Schedule {
  return { expression, functionName: functionNameOf(arn), input };
}

type Self = { logicalId: string; name: string; ref: string; arn(): string };

/** Every resource of a type: those of its properties that the schema names, resolved and parsed. */
function resources<TSchema extends v.ObjectSchema<v.ObjectEntries, undefined>, T>(
  world: World,
  type: string,
  schema: TSchema,
  read: (properties: v.InferOutput<TSchema>, self: Self) => T,
): T[] {
  return world.assembly.stacks.flatMap((stack) =>
    Object.entries(stack.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, { Properties }]) => {
        const named = Object.keys(schema.entries).map((name) => [name, Properties[name]]);
        const parsed = v.safeParse(schema, resolve(Object.fromEntries(named), stack, world));
        if (!parsed.success) {
          throw new Error(`${stack.name}/${logicalId} (${type}): ${v.summarize(parsed.issues)}`);
        }
        return read(parsed.output, self(logicalId, stack, world));
      }),
  );
}

function self(logicalId: string, stack: Stack, world: World): Self {
  const text = (value: unknown) => v.parse(v.string(), resolve(value, stack, world));
  return {
    logicalId,
    name: `${stack.name}-${logicalId}`,
    ref: text({ Ref: logicalId }),
    arn: () => text({ 'Fn::GetAtt': [logicalId, 'Arn'] }),
  };
}

function known<T>(map: Map<string, T>, ref: string | undefined): T {
  const value = map.get(ref ?? '');
  if (value === undefined) throw new Error(`The template refers to ${ref}, which is not in it`);
  return value;
}

function assetFolder(s3Key: string, { assembly }: World): string {
  const folder = assembly.assetFolders.get(s3Key.replace(/^.*\//, '').replace(/\.zip$/, ''));
  if (folder === undefined) throw new Error(`The assembly has no asset ${s3Key}`);
  return folder;
}

function tableNameOf(streamArn: string): string {
  const [, name] = /:table\/([^/]+)\/stream\//.exec(streamArn) ?? [];
  if (name === undefined) throw new Error(`The local system reads streams of tables alone, not ${streamArn}`);
  return name;
}

function isFunction(arn: string): boolean {
  return arn.includes(':function:');
}

/** From a function's ARN, an alias' or version's, or the form that API Gateway uses. */
function functionNameOf(arn: string): string {
  return /:function:([^:/]+)/.exec(arn)?.[1] ?? arn;
}
