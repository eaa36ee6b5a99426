import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { claimEmail } from '../../domain/finalization.ts';
import type { Claim, Invoice } from '../../domain/invoice.ts';
import { FIRST_LOOK_MS } from '../../domain/sweeping.ts';
import type { Finalizations } from '../../ports.ts';
import { conditionally, type Written } from './conditional.ts';
import { type Assignment, namesIn, set, when } from './expression.ts';
import { findInvoice } from './invoices.ts';
import { dueKeys, keys, listPartition, listSortKey } from './keys.ts';
import { toInvoice, toRecord } from './records.ts';

/** When the sweeper goes on with what was given back, at the earliest. */
const RESUMED_AFTER_MS = 10_000;

/**
 * The writes of a finalize. Each is conditional on what its caller believes to hold, so that one who wakes up late
 * changes nothing; and each recognises its own earlier success, since the SDK repeats a write whose answer was lost.
 *
 *   begin ──► lease held ──► saveLink ──► e-mail claimed ──► markEmail
 *               │    ▲                        │    ▲
 *            expires │                     expires │
 *               └─ takeOver                   └─ claimEmail
 */
export function dynamoFinalizations(
  client: DynamoDBDocumentClient,
  TableName: string,
  firstLookMs = FIRST_LOOK_MS,
): Finalizations {
  return {
    find: (tenant, invoiceId) => findInvoice(client, TableName, tenant, invoiceId),

    async begin(invoice) {
      const { tenant, invoiceId, createdAt } = invoice;
      const command = new PutCommand({
        TableName,
        Item: {
          ...keys.invoice(tenant, invoiceId),
          ...toRecord(invoice),
          gsi1pk: listPartition(tenant, 'INVOICES'),
          gsi1sk: listSortKey(createdAt, invoiceId),
          ...due(invoice, endOf(invoice.lease)),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const written = await conditionally(() => client.send(command));
      if (written.kind === 'written') return { kind: 'begun' };
      const stored = toInvoice(written.item, tenant);
      return stored.lease?.owner === invoice.lease?.owner ? { kind: 'begun' } : { kind: 'exists', stored };
    },

    async takeOver(stored, lease) {
      const written = await update(
        stored,
        set({ lease, ...due(stored, endOf(lease)) }),
        `${isOpen} AND (#lease.#owner = :previous OR #lease.#owner = :owner)`,
        { ...open, ':previous': stored.lease?.owner ?? null, ':owner': lease.owner },
      );
      return written.kind === 'written';
    },

    async renew(stored, renewed) {
      const { version, current, previous, lease, email, updatedAt } = renewed;
      const written = await update(
        stored,
        set({ version, current, previous, lease, email, updatedAt, ...due(stored, endOf(lease)) }),
        `${isOpen} AND #version = :readVersion`,
        { ...open, ':readVersion': stored.version },
      );
      if (written.kind === 'written') return true;
      const found = written.item === undefined ? null : toInvoice(written.item, stored.tenant);
      return lease !== null && found?.lease?.owner === lease.owner;
    },

    async release(invoice, at) {
      const lease = invoice.lease && { ...invoice.lease, until: invoice.createdAt };
      // Those that Stripe turned away together must not all come back together.
      const again = new Date(at.getTime() + RESUMED_AFTER_MS * (1 + Math.random()));
      await update(invoice, set({ lease, ...due(invoice, again) }), holdsLease, {
        ':owner': invoice.lease?.owner,
      });
    },

    async markStuck(invoice, at) {
      const assignment = {
        UpdateExpression: 'SET #current.#stuckAt = if_not_exists(#current.#stuckAt, :at)',
        ExpressionAttributeNames: namesIn('#current.#stuckAt'),
        ExpressionAttributeValues: { ':at': at.toISOString() },
      };
      await update(invoice, assignment, holdsLease, { ':owner': invoice.lease?.owner });
    },

    async abandon({ tenant, invoiceId, lease }) {
      const ConditionExpression = `${holdsLease} AND #status = :finalizing AND size(#payments) = :none`;
      const command = new DeleteCommand({
        TableName,
        Key: keys.invoice(tenant, invoiceId),
        ConditionExpression,
        ExpressionAttributeNames: namesIn(ConditionExpression),
        ExpressionAttributeValues: { ':owner': lease?.owner, ':finalizing': 'FINALIZING', ':none': 0 },
      });
      await conditionally(() => client.send(command));
    },

    async saveLink(invoice, link, at) {
      const { lease } = invoice;
      if (!lease) return null;
      const saved = {
        current: { ...invoice.current, link },
        lease: null,
        finalizedAt: invoice.finalizedAt ?? at.toISOString(),
        updatedAt: at.toISOString(),
      };
      const finalized = { ...saved, status: 'FINALIZED' as const, email: claimEmail(invoice.email, lease) };

      const written = await update(
        invoice,
        set({ ...finalized, ...due(invoice, endOf(finalized.email.claim, at)) }, { raised: ['version'] }),
        `${holdsLease} AND ${isOpen}`,
        { ...open, ':owner': lease.owner },
      );
      if (written.kind === 'written') return { ...invoice, ...finalized, version: invoice.version + 1 };

      const stored = written.item === undefined ? null : toInvoice(written.item, invoice.tenant);
      if (stored?.current.link?.id === link.id && stored.email.claim?.owner === lease.owner) return stored;
      if (stored?.lease?.owner !== lease.owner) return null;
      // Paid or void meanwhile: nobody is to be asked for money, and the link is due to be deactivated.
      await update(invoice, set({ ...saved, ...due(invoice, at) }, { raised: ['version'] }), holdsLease, {
        ':owner': lease.owner,
      });
      return { ...stored, ...saved, version: stored.version + 1 };
    },

    async claimEmail(stored, claim) {
      const email = claimEmail(stored.email, claim);
      const written = await update(
        stored,
        set({ email, ...due(stored, endOf(claim)) }),
        '#status = :finalized AND #email.#status = :pending AND #email.#unconfirmed = :unconfirmed AND #email.#claim = :previous',
        {
          ':finalized': 'FINALIZED',
          ':pending': 'pending',
          ':unconfirmed': stored.email.unconfirmed,
          ':previous': stored.email.claim,
        },
      );
      if (written.kind === 'written') return { ...stored, email };
      const found = written.item === undefined ? null : toInvoice(written.item, stored.tenant);
      return found?.email.claim?.owner === claim.owner ? found : null;
    },

    async markEmail(invoice, email, at) {
      const lookAgain = new Date(at.getTime() + (email.status === 'pending' ? 0 : firstLookMs));
      await update(invoice, set({ email, ...due(invoice, lookAgain) }), '#email.#claim.#owner = :owner', {
        ':owner': invoice.email.claim?.owner,
      });
    },
  };

  async function update(
    { tenant, invoiceId }: Invoice,
    assignment: Assignment,
    condition: string,
    values: Readonly<Record<string, unknown>>,
  ): Promise<Written> {
    const command = new UpdateCommand({
      TableName,
      Key: keys.invoice(tenant, invoiceId),
      ...when(assignment, condition, values),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return conditionally(() => client.send(command));
  }
}

const holdsLease = '#lease.#owner = :owner';

/** Neither settled nor void: money may still be asked for. */
const isOpen = '#status IN (:finalizing, :finalized)';
const open = { ':finalizing': 'FINALIZING', ':finalized': 'FINALIZED' };

function due({ invoiceId }: Invoice, at: Date) {
  return dueKeys(invoiceId, at);
}

function endOf(claim: Claim | null, otherwise = new Date(0)): Date {
  return claim ? new Date(claim.until) : otherwise;
}
