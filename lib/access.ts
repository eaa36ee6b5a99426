import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { table as schema } from '../functions/adapters/dynamodb/table.ts';
import type { Item, List, Needs, SecretPurpose, TableAction } from './functions.ts';

// Each `use…` gives a function what it needs for one thing: the permission, and the environment variable to find it by.

export type EncryptedTable = { readonly table: Table; readonly key: IKey };

/** The partition keys of one kind of item, of any tenant: a function is fenced to kinds, our code fences tenants. */
const keysOf = (kinds: readonly string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map((kind) => `T#*#E#*#${kind}`) },
});

/**
 * Lets a function do `actions` to `items`. A transaction needs the permissions of the single operations.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function useTable(
  fn: LambdaFunction,
  { table, key }: EncryptedTable,
  { actions, items }: { readonly actions: readonly TableAction[]; readonly items: readonly Item[] },
): void {
  fn.addEnvironment('TABLE_NAME', table.tableName);
  Grant.addToPrincipal({
    grantee: fn,
    actions: actions.map((action) => `dynamodb:${action}`),
    resourceArns: [table.tableArn],
    conditions: keysOf(items),
  });
  useTableKey(fn, key, actions.every((action) => action === 'GetItem') ? readKey : writeKey);
}

/** Lets a function query the list index, and nothing else of the table. */
export function useLists(fn: LambdaFunction, { table, key }: EncryptedTable, lists: readonly List[]): void {
  fn.addEnvironment('TABLE_NAME', table.tableName);
  Grant.addToPrincipal({
    grantee: fn,
    actions: ['dynamodb:Query'],
    resourceArns: [`${table.tableArn}/index/${schema.indexes.list.name}`],
    conditions: keysOf(lists),
  });
  useTableKey(fn, key, readKey);
}

/** Lets a function find what is due, of every tenant: keys alone are in that index. */
export function useDueIndex(fn: LambdaFunction, { table, key }: EncryptedTable): void {
  fn.addEnvironment('TABLE_NAME', table.tableName);
  Grant.addToPrincipal({
    grantee: fn,
    actions: ['dynamodb:Query'],
    resourceArns: [`${table.tableArn}/index/${schema.indexes.due.name}`],
    conditions: {
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': ['DUE#*', 'CLOSINGS', 'UNSETTLED', 'EVENT_CHECKS'],
      },
    },
  });
  useTableKey(fn, key, readKey);
}

/**
 * Lets Lambda read the table's changes with a function's role. The streams of a table are named by their time.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
 */
export function useStream(fn: LambdaFunction, { table, key }: EncryptedTable): void {
  Grant.addToPrincipal({
    grantee: fn,
    actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
      (action) => `dynamodb:${action}`,
    ),
    resourceArns: [`${table.tableArn}/stream/*`],
  });
  useTableKey(fn, key, readKey);
}

const readKey = ['kms:Decrypt', 'kms:DescribeKey'];
const writeKey = [
  ...readKey,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * The table's key, through DynamoDB alone: not to open secrets, which are under the same key.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
function useTableKey(fn: LambdaFunction, key: IKey, actions: readonly string[]): void {
  const { region } = Stack.of(fn);
  Grant.addToPrincipal({
    grantee: fn,
    actions: [...actions],
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } },
  });
}

/**
 * Lets a function seal or open secrets of these purposes: the encryption context, which says what a secret is for, is a
 * condition of the permission.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context
 */
export function useSecrets(
  fn: LambdaFunction,
  key: IKey,
  { encrypts, decrypts }: Pick<Needs, 'encrypts' | 'decrypts'>,
): void {
  fn.addEnvironment('SECRETS_KEY_ARN', key.keyArn);
  const grant = (action: string, allowed: readonly SecretPurpose[]) =>
    Grant.addToPrincipal({
      grantee: fn,
      actions: [action],
      resourceArns: [key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionContext:purpose': allowed } },
    });
  if (encrypts) grant('kms:Encrypt', encrypts);
  if (decrypts) grant('kms:Decrypt', decrypts);
}

/**
 * Lets a function send from one address, with one configuration set. Every identity of the account is named, because a
 * recipient that is a verified identity is checked as well; and so is the configuration set.
 * @see https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
 */
export function useMail(fn: LambdaFunction, senderEmail: string, configurationSet: string): void {
  fn.addEnvironment('SENDER_EMAIL', senderEmail);
  fn.addEnvironment('EMAIL_CONFIGURATION_SET', configurationSet);
  Grant.addToPrincipal({
    grantee: fn,
    actions: ['ses:SendEmail'],
    resourceArns: [
      Stack.of(fn).formatArn({
        service: 'ses',
        resource: 'configuration-set',
        resourceName: configurationSet,
      }),
    ],
  });
  Grant.addToPrincipal({
    grantee: fn,
    actions: ['ses:SendEmail'],
    resourceArns: [Stack.of(fn).formatArn({ service: 'ses', resource: 'identity', resourceName: '*' })],
    conditions: { StringEquals: { 'ses:FromAddress': senderEmail } },
  });
}

/** Lets a function put events on one bus. */
export function useEventBus(fn: LambdaFunction, bus: EventBus): void {
  fn.addEnvironment('EVENT_BUS_NAME', bus.eventBusName);
  Grant.addToPrincipal({ grantee: fn, actions: ['events:PutEvents'], resourceArns: [bus.eventBusArn] });
}
