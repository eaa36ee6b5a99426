import * as v from 'valibot';
import { createAws } from '../../lib/local/aws/aws.ts';
import { createDynamoDbProxy } from '../../lib/local/aws/dynamodb-proxy.ts';
import { createKms } from '../../lib/local/aws/kms.ts';
import { arnOf, openKeys } from '../../lib/local/aws/kms-keys.ts';
import { createSes } from '../../lib/local/aws/ses.ts';
import { type Email, openEmails } from '../../lib/local/emails.ts';
import { listen } from '../../lib/local/listen.ts';
import { atEnd } from './at-end.ts';
import { startTable } from './dynamodb.ts';

export const SENDER = 'billing@example.com';
export const CONFIGURATION_SET = 'fluxrate-test';
export const KEY_ID = '7b9c7f0e-4c1e-4d36-9a3f-0d6f5f1c2a11';
export const KEY_ARN = arnOf(KEY_ID);

export type Fault = {
  readonly service: 'dynamodb' | 'kms' | 'ses';
  readonly operation: string;
  readonly kind: 'before' | 'after' | 'throttle' | '500';
  readonly times: number;
  readonly contains?: string;
};

export type Aws = {
  readonly endpoint: string;
  /** The database behind it, whose calls are not counted. */
  readonly databaseEndpoint: string;
  readonly keys: ReturnType<typeof openKeys>;
  /** Every e-mail that was taken, newest first. */
  emails(): readonly Email[];
  fault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  /** The calls made while `act` runs, as `dynamodb GetItem`. */
  callsOf(act: () => Promise<unknown>): Promise<string[]>;
};

const Calls = v.array(v.object({ service: v.string(), operation: v.string() }));

/** DynamoDB with the empty table, KMS with one key, and SES with one verified sender; gone at the end of the file. */
export async function startAws(): Promise<Aws> {
  const databaseEndpoint = await startTable();
  const proxy = createDynamoDbProxy(databaseEndpoint);
  const keys = openKeys();
  keys.ensure(KEY_ID, []);
  const emails = openEmails();
  const noFunctions = {
    find: () => undefined,
    invoke: () => Promise.reject(new Error('there is no Lambda')),
  };
  const services = [proxy, createKms(keys), createSes(emails, [SENDER], [CONFIGURATION_SET])];
  const server = await listen(0, createAws(noFunctions, services));
  atEnd(async () => {
    await server.close();
    proxy.close();
  });

  const endpoint = `http://127.0.0.1:${server.port}`;
  const control = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${endpoint}/_test/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the stand-in says ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    endpoint,
    databaseEndpoint,
    keys,
    emails: () => emails.newestFirst(),
    fault: async (fault) => void (await control('POST', 'faults', fault)),
    clearFaults: async () => void (await control('DELETE', 'faults')),
    async callsOf(act) {
      await control('DELETE', 'requests');
      await act();
      const calls = v.parse(Calls, await control('GET', 'requests'));
      return calls.map(({ service, operation }) => `${service} ${operation}`);
    },
  };
}
