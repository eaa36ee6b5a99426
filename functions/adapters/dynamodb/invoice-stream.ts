import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as v from 'valibot';
import type { Invoice } from '../../domain/invoice.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { InvoiceStream } from '../../ports.ts';
import { invoiceIdOf, tenantOf } from './keys.ts';
import { toInvoice } from './records.ts';

/** Our items hold no sets and no bytes. */
const Attribute: v.GenericSchema<unknown, AttributeValue> = v.union([
  v.object({ S: v.string() }),
  v.object({ N: v.string() }),
  v.object({ BOOL: v.boolean() }),
  v.object({ NULL: v.boolean() }),
  v.object({
    M: v.record(
      v.string(),
      v.lazy(() => Attribute),
    ),
  }),
  v.object({ L: v.array(v.lazy(() => Attribute)) }),
]);
const Image = v.record(v.string(), Attribute);

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const Batch = v.object({
  Records: v.array(
    v.object({
      dynamodb: v.object({
        Keys: v.object({ pk: v.object({ S: v.string() }) }),
        SequenceNumber: v.string(),
        OldImage: v.optional(v.unknown()),
        NewImage: v.unknown(),
      }),
    }),
  ),
});

/** Reads what Lambda brings of the table's stream: records that add or change an invoice. */
export const dynamoInvoiceStream: InvoiceStream = {
  read(batch) {
    const parsed = v.safeParse(Batch, batch);
    if (!parsed.success) throw new Error("not records of the table's stream");
    const records = parsed.output.Records.map(
      ({ dynamodb: { Keys, SequenceNumber, OldImage, NewImage } }) => {
        const tenant = tenantOf(Keys.pk.S);
        const images = readImages(tenant, OldImage, NewImage);
        return images
          ? { kind: 'change' as const, sequenceNumber: SequenceNumber, ...images }
          : { kind: 'unreadable' as const, tenant, invoiceId: invoiceIdOf(Keys.pk.S) };
      },
    );
    return {
      changes: records.filter((record) => record.kind === 'change'),
      unreadable: records.filter((record) => record.kind === 'unreadable'),
    };
  },
};

function readImages(
  tenant: Tenant,
  oldImage: unknown,
  newImage: unknown,
): { readonly before: Invoice | null; readonly after: Invoice } | null {
  const read = (image: unknown) => toInvoice(unmarshall(v.parse(Image, image)), tenant);
  try {
    return { before: oldImage === undefined ? null : read(oldImage), after: read(newImage) };
  } catch (error) {
    if (error instanceof v.ValiError) return null;
    throw error;
  }
}
