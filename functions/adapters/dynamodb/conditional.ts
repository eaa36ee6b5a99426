import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { attempt } from './client.ts';

export type Written =
  | { readonly kind: 'written' }
  /** The condition did not hold: this is what stood there, if the write asked for it and anything did. */
  | { readonly kind: 'refused'; readonly item: unknown };

/** Sends a conditional write, whose refusal is an answer and not an error. */
export async function conditionally(send: () => Promise<unknown>): Promise<Written> {
  try {
    await attempt(send);
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The document client leaves the item of an exception as it came over the wire.
    return { kind: 'refused', item: error.Item && unmarshall(error.Item) };
  }
}
