import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Tenant } from '../../domain/tenant.ts';
import { WEBHOOK_EVENT_STATUSES, type WebhookEvent } from '../../domain/webhook-event.ts';
import { type CommitOutcome, Unavailable, type Verdict } from '../../ports.ts';
import { attempt } from './client.ts';
import { set, when } from './expression.ts';
import { keys, listPartition, listSortKey } from './keys.ts';
import type { TransactionWrite } from './transact.ts';

/** How an event is written with what was decided, on one occasion to decide it. */
export type EventWrites = {
  /** Refused where the event may not be decided on this occasion; null where none is written. */
  write(tenant: Tenant, event: WebhookEvent, verdict: Verdict, at: Date): EventWrite | null;
  /** What a refusal means. `stored` is the event that stood in the way. */
  refused(tenant: Tenant, event: WebhookEvent, stored: unknown): Promise<CommitOutcome>;
};

type EventWrite = NonNullable<TransactionWrite['Update']>;

const DAY_SECONDS = 24 * 60 * 60;
const Decided = v.object({ status: v.picklist(WEBHOOK_EVENT_STATUSES) });

/**
 * Events as Stripe delivers them, each delivery counted. One that could not be decided before (connection off, invoice
 * unknown) is decided when it comes again.
 */
export function deliveredEvents(
  client: DynamoDBDocumentClient,
  TableName: string,
  retentionDays: number,
): EventWrites {
  return {
    write: (tenant, event, verdict, at) => ({
      TableName,
      Key: keys.event(tenant, event.eventId),
      ...when(
        set(recorded(event, verdict, at, retentionDays), {
          once: listed(tenant, event, at),
          raised: ['deliveries'],
        }),
        isUndecided,
        undecided,
      ),
    }),

    async refused(tenant, { eventId }) {
      const command = new UpdateCommand({
        TableName,
        Key: keys.event(tenant, eventId),
        ...when(set({}, { raised: ['deliveries'] }), 'attribute_exists(pk)', {}),
        ReturnValues: 'ALL_NEW',
      });
      const { Attributes } = await attempt(() => client.send(command));
      return { kind: 'duplicate', status: v.parse(Decided, Attributes).status };
    },
  };
}

/** Events that were fetched from Stripe, because they never came: no delivery, until one does come. */
export function fetchedEvents(TableName: string, retentionDays: number): EventWrites {
  return {
    write: (tenant, event, verdict, at) => ({
      TableName,
      Key: keys.event(tenant, event.eventId),
      ...when(
        set(recorded(event, verdict, at, retentionDays), {
          once: { ...listed(tenant, event, at), deliveries: 0 },
        }),
        isUndecided,
        undecided,
      ),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
    refused: decidedBefore,
  };
}

/** What Stripe says of a payment when it is asked: there is no event to write. */
export const noEvents: EventWrites = {
  write: () => null,
  refused: decidedBefore,
};

/** Events that a person has decided anew, whatever became of them, unless they have changed an invoice: that was their one effect. */
export function replayedEvents(TableName: string): EventWrites {
  return {
    write(tenant, { eventId, invoiceId }, verdict, at) {
      const decided = set({ ...verdict, invoiceId, processedAt: at.toISOString() });
      return {
        TableName,
        Key: keys.event(tenant, eventId),
        ...when(decided, 'attribute_exists(pk) AND #status <> :applied', { ':applied': 'applied' }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      };
    },

    refused: decidedBefore,
  };
}

async function decidedBefore(_tenant: Tenant, _event: WebhookEvent, stored: unknown): Promise<CommitOutcome> {
  const decided = v.safeParse(Decided, stored);
  // It expired just now. The next try finds none.
  if (!decided.success) throw new Unavailable('webhook event');
  return { kind: 'duplicate', status: decided.output.status };
}

/** New, or what could not be decided before: connection off, invoice unknown, a dispute whose payment was not known. */
const isUndecided =
  'attribute_not_exists(pk) OR #status IN (:skipped, :unmatched) OR (#status = :ignored AND #type = :dispute)';
const undecided = {
  ':skipped': 'skipped',
  ':unmatched': 'unmatched',
  ':ignored': 'ignored',
  ':dispute': 'charge.dispute.created',
};

function recorded(event: WebhookEvent, verdict: Verdict, at: Date, retentionDays: number) {
  const ttl = Math.floor(at.getTime() / 1000) + retentionDays * DAY_SECONDS;
  return { ...event, ...verdict, processedAt: at.toISOString(), ttl };
}

function listed(tenant: Tenant, { eventId }: WebhookEvent, at: Date) {
  const receivedAt = at.toISOString();
  return {
    receivedAt,
    gsi1pk: listPartition(tenant, 'EVENTS'),
    gsi1sk: listSortKey(receivedAt, eventId),
  };
}
