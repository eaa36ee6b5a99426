import { startDynamoDbWithStreams } from '../dynamodb.ts';
import { type Emails, openEmails } from '../emails.ts';
import { type Events, openEvents } from '../events.ts';
import type { World } from '../intrinsics.ts';
import { openJournal } from '../journal.ts';
import { type Deployment, readDeployment } from '../template.ts';
import { createDynamoDbProxy } from './dynamodb-proxy.ts';
import { ensureConfigurationSets, ensureEventBuses, ensureKeys, ensureSenders } from './emulator.ts';
import { createEventBridge } from './event-bridge.ts';
import { createKms } from './kms.ts';
import { openKeys } from './kms-keys.ts';
import { ensureTables } from './provision.ts';
import type { Service } from './service.ts';
import { createSes } from './ses.ts';

/** What DynamoDB, KMS, SES and EventBridge are: ours, or another emulator's. */
export type Backend = {
  emails: Emails;
  events: Events;
  /** Where the tables are, and their streams. */
  databaseEndpoint: string;
  /** Creates table, key and sender identity, and says what is deployed, with the names that they have there. */
  deploy(world: World): Promise<{ deployment: Deployment; services: Service[] }>;
  close(): Promise<void>;
};

/** Our stand-ins, with dynoxide for DynamoDB. */
export async function startOwnBackend(dataDir?: string): Promise<Backend> {
  const dynamoDb = await startDynamoDbWithStreams(dataDir);
  const proxy = createDynamoDbProxy(dynamoDb.endpoint);
  const emails = openEmails(dataDir);
  const keys = openKeys(dataDir);
  const journal = openJournal(dataDir, 'events.jsonl');
  const events = openEvents(journal);
  return {
    emails,
    events,
    databaseEndpoint: dynamoDb.endpoint,
    async deploy(world) {
      const deployment = readDeployment(world);
      await ensureTables(dynamoDb.endpoint, deployment.tables);
      for (const { id, aliases } of deployment.keys) keys.ensure(id, aliases);
      const sets = deployment.configurationSets.map(({ name }) => name);
      const ses = createSes(emails, deployment.senders, sets);
      const eventBridge = createEventBridge(events, deployment.eventBuses);
      return { deployment, services: [proxy, createKms(keys), ses, eventBridge] };
    },
    async close() {
      proxy.close();
      journal.close();
      await dynamoDb.close();
    },
  };
}

/** The emulator at `endpoint`. Its e-mails and events are to be looked at there. */
export function useEmulator(endpoint: string, warn: (sentence: string) => void = console.warn): Backend {
  return {
    emails: openEmails(),
    events: openEvents(openJournal(undefined, '')),
    databaseEndpoint: endpoint,
    async deploy(world) {
      const { keys, tables, senders, configurationSets, eventBuses } = readDeployment(world);
      try {
        const keyArns = await ensureKeys(endpoint, keys);
        await ensureTables(endpoint, tables);
        await ensureSenders(endpoint, senders);
        await ensureConfigurationSets(endpoint, configurationSets);
        // All else works without it.
        await ensureEventBuses(endpoint, eventBuses).catch((error: unknown) => {
          warn(`The AWS at ${endpoint} has no event bus for what happens to invoices (${String(error)})`);
        });
        return { deployment: readDeployment({ ...world, keyArns }), services: [] };
      } catch (cause) {
        throw new Error(`The AWS at ${endpoint} cannot be used: ${String(cause)}`, { cause });
      }
    },
    close: async () => undefined,
  };
}
