import { startDynamoDb } from '../dynamodb.ts';
import { type Emails, openEmails } from '../emails.ts';
import type { World } from '../intrinsics.ts';
import { type Deployment, readDeployment } from '../template.ts';
import { createDynamoDbProxy } from './dynamodb-proxy.ts';
import { ensureKeys, ensureSenders } from './emulator.ts';
import { createKms } from './kms.ts';
import { openKeys } from './kms-keys.ts';
import { ensureTables } from './provision.ts';
import type { Service } from './service.ts';
import { createSes } from './ses.ts';

/** What DynamoDB, KMS and SES are: ours, or another emulator's. */
export type Backend = {
  emails: Emails;
  /** Creates table, key and sender identity, and says what is deployed, with the names that they have there. */
  deploy(world: World): Promise<{ deployment: Deployment; services: Service[] }>;
  close(): Promise<void>;
};

/** Our stand-ins, with dynoxide for DynamoDB. */
export async function startOwnBackend(dataDir?: string): Promise<Backend> {
  const dynamoDb = await startDynamoDb(dataDir);
  const proxy = createDynamoDbProxy(dynamoDb.endpoint);
  const emails = openEmails(dataDir);
  const keys = openKeys(dataDir);
  return {
    emails,
    async deploy(world) {
      const deployment = readDeployment(world);
      await ensureTables(dynamoDb.endpoint, deployment.tables);
      for (const { id, aliases } of deployment.keys) keys.ensure(id, aliases);
      return { deployment, services: [proxy, createKms(keys), createSes(emails, deployment.senders)] };
    },
    async close() {
      proxy.close();
      await dynamoDb.close();
    },
  };
}

/** The emulator at `endpoint`. Its e-mails are to be looked at there. */
export function useEmulator(endpoint: string): Backend {
  return {
    emails: openEmails(),
    async deploy(world) {
      const { keys, tables, senders } = readDeployment(world);
      try {
        const keyArns = await ensureKeys(endpoint, keys);
        await ensureTables(endpoint, tables);
        await ensureSenders(endpoint, senders);
        return { deployment: readDeployment({ ...world, keyArns }), services: [] };
      } catch (cause) {
        throw new Error(`The AWS at ${endpoint} cannot be used: ${String(cause)}`, { cause });
      }
    },
    close: async () => undefined,
  };
}
