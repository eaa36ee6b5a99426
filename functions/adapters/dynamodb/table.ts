/** The one table's keys and indexes, shared by the stack that creates it and the repositories that use it. */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds: DynamoDB deletes the item some time after. */
  timeToLive: 'ttl',
  indexes: {
    /** Lists: all of one kind in one tenant's environment, by time. */
    list: { name: 'gsi1', partitionKey: 'gsi1pk', sortKey: 'gsi1sk' },
    /** Sparse and sharded: what the sweeper must look at, by when. Keys only. */
    due: { name: 'gsi2', partitionKey: 'gsi2pk', sortKey: 'gsi2sk' },
  },
} as const;
