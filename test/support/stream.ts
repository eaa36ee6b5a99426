import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { atEnd } from './at-end.ts';
import { TABLE_NAME } from './dynamodb.ts';

const Updated = v.object({ TableDescription: v.object({ LatestStreamArn: v.string() }) });

export type InvoiceRecords = {
  /** All that has happened to invoices since, as Lambda brings it. */
  read(): Promise<{ readonly Records: readonly StreamRecord[] }>;
};

/** Gives the table, which `client` is for, a stream. */
export async function streamOfInvoices(client: DynamoDBDocumentClient): Promise<InvoiceRecords> {
  const enable = new UpdateTableCommand({
    TableName: TABLE_NAME,
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  const { TableDescription } = v.parse(Updated, await client.send(enable));
  const StreamArn = TableDescription.LatestStreamArn;
  const streams = new DynamoDBStreamsClient();
  atEnd(() => streams.destroy());

  async function recordsOf(ShardId: string | undefined): Promise<StreamRecord[]> {
    const start = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
    const found: StreamRecord[] = [];
    for (let iterator = (await streams.send(start)).ShardIterator; iterator !== undefined; ) {
      const { Records = [], NextShardIterator } = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      found.push(...Records);
      iterator = Records.length === 0 ? undefined : NextShardIterator;
    }
    return found;
  }

  return {
    async read() {
      const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
      const shards = StreamDescription?.Shards ?? [];
      const records = await Promise.all(shards.map(({ ShardId }) => recordsOf(ShardId)));
      return {
        Records: records
          .flat()
          .filter(
            ({ eventName, dynamodb }) => eventName !== 'REMOVE' && dynamodb?.Keys?.['sk']?.S === 'INVOICE',
          ),
      };
    },
  };
}
