import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoEventChecks } from '../../functions/adapters/dynamodb/event-checks.ts';
import { dynamoFetched, dynamoLookedUp } from '../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWaitingEvents } from '../../functions/adapters/dynamodb/waiting-events.ts';
import { FIRST_LOOK_MS } from '../../functions/domain/sweeping.ts';
import type { EventChecks, PaymentProvider, ProviderEvents } from '../../functions/ports.ts';
import { RETENTION_DAYS, TABLE_NAME } from './dynamodb.ts';

/** What finds payments that nobody told of, over the real table; at Stripe there are none. */
export function reconciliation(client: DynamoDBDocumentClient) {
  const eventChecks: EventChecks = {
    ...dynamoEventChecks(client, TABLE_NAME),
    // The index is shared with the other tests.
    due: async () => [],
  };
  const providerEvents: ProviderEvents = {
    list: async () => ({ kind: 'listed', events: [], next: null }),
  };
  return {
    lookedUp: dynamoLookedUp(client, TABLE_NAME),
    fetched: dynamoFetched(client, TABLE_NAME, RETENTION_DAYS),
    waitingEvents: dynamoWaitingEvents(client, TABLE_NAME),
    eventChecks,
    providerEvents,
    firstLookMs: FIRST_LOOK_MS,
  };
}

/** A provider that knows of no payments. */
export const noPayments: Pick<PaymentProvider, 'findPayments'> = {
  findPayments: async () => ({ kind: 'found', payments: [] }),
};
