import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { CloudAssembly, Resource, Stack } from './assembly.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

const pseudoParameters: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

const Strings = v.array(v.string());
const Join = v.tuple([v.string(), Strings]);
const Split = v.tuple([v.string(), v.string()]);
const Select = v.tuple([
  v.pipe(v.union([v.string(), v.number()]), v.transform(Number)),
  v.array(v.unknown()),
]);
const GetAtt = v.tuple([v.string(), v.string()]);
const Sub = v.tuple([v.string(), v.record(v.string(), v.unknown())]);

export type World = {
  assembly: CloudAssembly;
  /** What stands for `https://{api}.execute-api.{region}.amazonaws.com`. */
  publicUrl: string;
  /** ARNs of keys that live elsewhere, by the template's logical id. */
  keyArns?: ReadonlyMap<string, string>;
};

/** Evaluates CloudFormation's intrinsic functions, as a deployment on this machine would. */
export function resolve(value: unknown, stack: Stack, world: World): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, stack, world)).filter(isPresent);
  if (!isObject(value)) return value;

  const [entry, ...others] = Object.entries(value);
  if (entry && others.length === 0 && (entry[0] === 'Ref' || entry[0].startsWith('Fn::'))) {
    const result = evaluate(entry[0], entry[1], stack, world);
    return typeof result === 'string' ? withPublicUrl(result, world) : result;
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, resolve(item, stack, world)] as const)
      .filter(([, item]) => isPresent(item)),
  );
}

function evaluate(name: string, argument: unknown, stack: Stack, world: World): unknown {
  const resolved = () => resolve(argument, stack, world);
  switch (name) {
    case 'Ref':
      return reference(v.parse(v.string(), argument), stack, world);
    case 'Fn::GetAtt':
      return attribute(
        v.parse(GetAtt, typeof argument === 'string' ? argument.split(/\.(.*)/, 2) : argument),
        stack,
        world,
      );
    case 'Fn::Join': {
      const [separator, parts] = v.parse(Join, resolved());
      return parts.join(separator);
    }
    case 'Fn::Split': {
      const [separator, text] = v.parse(Split, resolved());
      return text.split(separator);
    }
    case 'Fn::Select': {
      const [index, list] = v.parse(Select, resolved());
      return list[index];
    }
    case 'Fn::Sub': {
      const [text, variables] = v.parse(Sub, typeof argument === 'string' ? [argument, {}] : argument);
      return substitute(text, variables, stack, world);
    }
    case 'Fn::ImportValue':
      return imported(resolved(), world);
    default:
      throw new Error(
        `${stack.name} uses ${name}, which the local system does not know (lib/local/intrinsics.ts)`,
      );
  }
}

function reference(name: string, stack: Stack, world: World): unknown {
  if (name === 'AWS::NoValue') return undefined;
  if (name === 'AWS::StackName') return stack.name;
  const known = pseudoParameters[name] ?? stack.Parameters[name]?.Default;
  if (known !== undefined) return known;
  return identify(name, stack, world).ref;
}

function attribute([logicalId, name]: [string, string], stack: Stack, world: World): string {
  const value = identify(logicalId, stack, world).attributes[name];
  if (value === undefined) {
    throw new Error(
      `${stack.name}: the local system does not know ${name} of ${logicalId} (lib/local/intrinsics.ts)`,
    );
  }
  return value;
}

function substitute(text: string, variables: Record<string, unknown>, stack: Stack, world: World): string {
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (name in variables) return String(resolve(variables[name], stack, world));
    return String(evaluate(name.includes('.') ? 'Fn::GetAtt' : 'Ref', name, stack, world));
  });
}

function imported(name: unknown, world: World): unknown {
  for (const stack of world.assembly.stacks) {
    for (const output of Object.values(stack.Outputs)) {
      if (output.Export && resolve(output.Export.Name, stack, world) === name) {
        return resolve(output.Value, stack, world);
      }
    }
  }
  throw new Error(`No stack exports ${String(name)}`);
}

type Identity = { ref: string; attributes: Record<string, string> };

/** The name and attributes that a resource has here: its own where the template gives one, else made from its logical id. */
function identify(logicalId: string, stack: Stack, world: World): Identity {
  const resource = stack.Resources[logicalId];
  if (!resource) throw new Error(`${stack.name} has no resource ${logicalId}`);
  const name = (property: string) => physicalName(resource, property, logicalId, stack, world);
  const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

  switch (resource.Type) {
    case 'AWS::Lambda::Function': {
      const functionName = name('FunctionName');
      return { ref: functionName, attributes: { Arn: arn('lambda', `function:${functionName}`) } };
    }
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable': {
      const tableName = name('TableName');
      const tableArn = arn('dynamodb', `table/${tableName}`);
      // A stream's last part is when it was enabled, which nobody here looks at.
      return { ref: tableName, attributes: { Arn: tableArn, StreamArn: `${tableArn}/stream/latest` } };
    }
    case 'AWS::KMS::Key': {
      const keyArn = world.keyArns?.get(logicalId) ?? arn('kms', `key/${keyId(stack, logicalId)}`);
      const id = keyArn.slice(keyArn.indexOf('key/') + 'key/'.length);
      return { ref: id, attributes: { Arn: keyArn, KeyId: id } };
    }
    case 'AWS::KMS::Alias':
      return { ref: name('AliasName'), attributes: {} };
    case 'AWS::ApiGatewayV2::Api':
      return { ref: apiId(logicalId), attributes: { ApiEndpoint: world.publicUrl, ApiId: apiId(logicalId) } };
    case 'AWS::Events::EventBus': {
      const busName = name('Name');
      return { ref: busName, attributes: { Arn: arn('events', `event-bus/${busName}`), Name: busName } };
    }
    case 'AWS::SES::EmailIdentity':
      return { ref: name('EmailIdentity'), attributes: {} };
    case 'AWS::SES::ConfigurationSet':
      return { ref: name('Name'), attributes: {} };
    default: {
      const id = `${stack.name}-${logicalId}`;
      const service = resource.Type.split('::')[1]?.toLowerCase() ?? 'unknown';
      return { ref: id, attributes: { Arn: arn(service, id), Id: id } };
    }
  }
}

function physicalName(
  resource: Resource,
  property: string,
  logicalId: string,
  stack: Stack,
  world: World,
): string {
  const given = resolve(resource.Properties[property], stack, world);
  return typeof given === 'string' ? given : `${stack.name}-${logicalId}`;
}

/** The same at every start: ciphertexts in DATA_DIR name the key. */
function keyId(stack: Stack, logicalId: string): string {
  const hash = createHash('sha256').update(`${stack.name}/${logicalId}`).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
}

function apiId(logicalId: string): string {
  return createHash('sha256').update(logicalId).digest('hex').slice(0, 10);
}

function withPublicUrl(text: string, { publicUrl }: World): string {
  return text.replace(/https:\/\/[0-9a-f]{10}\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g, publicUrl);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isPresent(value: unknown): boolean {
  return value !== undefined;
}
