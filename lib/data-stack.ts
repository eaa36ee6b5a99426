import { CfnParameter, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { table as schema } from '../functions/adapters/dynamodb/table.ts';
import type { EncryptedTable } from './access.ts';
import type { CodeOf } from './function.ts';
import type { Settings } from './settings.ts';
import { createUserPool } from './user-pool.ts';

export type DataStackProps = StackProps & { readonly settings: Settings; readonly codeOf: CodeOf };

/**
 * What must outlive every deployment: the table, the key that its secrets are under, the bus that others subscribe to,
 * the sender's identity, the users.
 */
export class DataStack extends Stack {
  readonly data: EncryptedTable;
  readonly eventBus: EventBus;
  readonly senderEmail: string;
  /** Absent where the tokens are another issuer's. */
  readonly userPool: IUserPool | undefined;

  constructor(scope: Construct, id: string, { settings, codeOf, ...props }: DataStackProps) {
    super(scope, id, props);
    const key = new Key(this, 'Key', {
      alias: `fluxrate-${settings.stage}`,
      description: `Fluxrate ${settings.stage}: the table, and the Stripe secrets in it`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.data = { table: createTable(this, settings.stage, key), key };
    this.eventBus = createEventBus(this, settings.stage);
    this.senderEmail = settings.senderEmail ?? askForSender(this);
    if (settings.createSenderIdentity) {
      const identity = new EmailIdentity(this, 'Sender', { identity: Identity.email(this.senderEmail) });
      identity.applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
    if (!settings.jwt) this.userPool = createUserPool(this, { stage: settings.stage, codeOf });
  }
}

function createTable(scope: Construct, stage: string, encryptionKey: IKey): Table {
  const text = (name: string) => ({ name, type: AttributeType.STRING });
  const { list, due } = schema.indexes;
  const table = new Table(scope, 'Table', {
    tableName: `fluxrate-${stage}`,
    partitionKey: text(schema.partitionKey),
    sortKey: text(schema.sortKey),
    timeToLiveAttribute: schema.timeToLive,
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    // What changes of an invoice mean is told to the platform: from what it was to what it is.
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  table.addGlobalSecondaryIndex({
    indexName: list.name,
    partitionKey: text(list.partitionKey),
    sortKey: text(list.sortKey),
    projectionType: ProjectionType.ALL,
  });
  table.addGlobalSecondaryIndex({
    indexName: due.name,
    partitionKey: text(due.partitionKey),
    sortKey: text(due.sortKey),
    projectionType: ProjectionType.KEYS_ONLY,
  });
  return table;
}

/** Whoever may write rules in this account may subscribe, and nobody else: a bus without a policy. */
function createEventBus(scope: Construct, stage: string): EventBus {
  const bus = new EventBus(scope, 'EventBus', {
    eventBusName: `fluxrate-${stage}`,
    description: `Fluxrate ${stage}: what happens to invoices`,
  });
  bus.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return bus;
}

/** A parameter without default: the app can be synthesized without an address, and deployed only with one. */
function askForSender(scope: Construct): string {
  return new CfnParameter(scope, 'SenderEmail', {
    description:
      'The address that invoices are sent from. Give it as: cdk deploy -c senderEmail=billing@example.com',
    allowedPattern: '[^@\\s]+@[^@\\s]+\\.[^@\\s]+',
  }).valueAsString;
}
