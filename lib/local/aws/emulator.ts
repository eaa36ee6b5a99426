import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  KMSClient,
  NotFoundException,
} from '@aws-sdk/client-kms';
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses';
import type { EncryptionKey } from '../template.ts';
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
