import {
  CreateEventBusCommand,
  EventBridgeClient,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-eventbridge';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  KMSClient,
  NotFoundException,
} from '@aws-sdk/client-kms';
import {
  ConfigurationSetAlreadyExistsException,
  CreateConfigurationSetCommand,
  SESClient,
  VerifyEmailIdentityCommand,
} from '@aws-sdk/client-ses';
import type { ConfigurationSet, EncryptionKey } from '../template.ts';
import { clientConfig } from './client-config.ts';

/** In another AWS emulator: the template's keys, found again by their alias. Gives their ARNs by logical id. */
export async function ensureKeys(endpoint: string, keys: EncryptionKey[]): Promise<Map<string, string>> {
  const client = new KMSClient(clientConfig(endpoint));
  try {
    const arns = new Map<string, string>();
    for (const { logicalId, aliases } of keys) arns.set(logicalId, await ensureKey(client, aliases));
    return arns;
  } finally {
    client.destroy();
  }
}

/** In another AWS emulator: the addresses that the template sends from. */
export async function ensureSenders(endpoint: string, senders: string[]): Promise<void> {
  const client = new SESClient(clientConfig(endpoint));
  try {
    for (const EmailAddress of senders) await client.send(new VerifyEmailIdentityCommand({ EmailAddress }));
  } finally {
    client.destroy();
  }
}

/** In another AWS emulator: the configuration sets that e-mails are sent with. What becomes of them is not told from there. */
export async function ensureConfigurationSets(endpoint: string, sets: ConfigurationSet[]): Promise<void> {
  const client = new SESClient(clientConfig(endpoint));
  try {
    for (const { name } of sets) await ensureConfigurationSet(client, name);
  } finally {
    client.destroy();
  }
}

async function ensureConfigurationSet(client: SESClient, Name: string): Promise<void> {
  try {
    await client.send(new CreateConfigurationSetCommand({ ConfigurationSet: { Name } }));
  } catch (error) {
    if (!(error instanceof ConfigurationSetAlreadyExistsException)) throw error;
  }
}

/** In another AWS emulator: the buses that events are put on. */
export async function ensureEventBuses(endpoint: string, names: string[]): Promise<void> {
  const client = new EventBridgeClient(clientConfig(endpoint));
  try {
    for (const name of names) await ensureEventBus(client, name);
  } finally {
    client.destroy();
  }
}

async function ensureEventBus(client: EventBridgeClient, Name: string): Promise<void> {
  try {
    await client.send(new CreateEventBusCommand({ Name }));
  } catch (error) {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  }
}

async function ensureKey(client: KMSClient, [alias, ...otherAliases]: string[]): Promise<string> {
  const found = alias === undefined ? undefined : await findKey(client, alias);
  if (found !== undefined) return found;

  const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
  const arn = KeyMetadata?.Arn;
  if (arn === undefined) throw new Error('The AWS emulator created a key without an ARN');
  for (const AliasName of alias === undefined ? [] : [alias, ...otherAliases]) {
    await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }));
  }
  return arn;
}

async function findKey(client: KMSClient, KeyId: string): Promise<string | undefined> {
  try {
    return (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Arn;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}
