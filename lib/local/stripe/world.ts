import type { Stripe } from 'stripe';
import * as v from 'valibot';
import type { Journal } from '../journal.ts';
import { type ErrorStatus, resourceMissing } from './stripe-error.ts';

/** An object, and whose it is: `acct_…/test` or `acct_…/live`. Objects are replaced, never changed in place. */
export type Row<T> = { readonly scope: string; readonly object: T };

/** What a line item sells; the line items Stripe would show are built from it. */
export type Item = {
  readonly id: string;
  readonly price: string;
  readonly product: string;
  readonly name: string;
  readonly description: string | null;
  readonly currency: string;
  readonly unit_amount: number;
  readonly quantity: number;
  readonly created: number;
};

export type LinkRow = Row<Stripe.PaymentLink> & { readonly items: readonly Item[] };
export type SessionRow = Row<Stripe.Checkout.Session> & { readonly items: readonly Item[] };

/** Newest first; a rolled secret signs along until it expires. */
export type SigningSecret = { readonly value: string; readonly expires_at: number | null };
export type EndpointRow = Row<Stripe.WebhookEndpoint> & { readonly secrets: readonly SigningSecret[] };

export type Delivery = {
  readonly endpoint: string;
  readonly attempts: number;
  readonly delivered: boolean;
  /** Null when delivered, or given up. */
  readonly next_attempt_at: number | null;
};
export type EventRow = Row<Stripe.EventBase> & { readonly deliveries: readonly Delivery[] };

export type RememberedAnswer = {
  readonly path: string;
  readonly fingerprint: string;
  readonly at: number;
  readonly request_id: string;
  readonly status: 200 | ErrorStatus;
  readonly body: unknown;
};

export class Table<R extends Row<unknown>> {
  readonly #name: string;
  readonly #kind: string;
  readonly #journal: Journal;
  readonly #rows = new Map<string, R>();

  constructor(journal: Journal, name: string, kind: string) {
    this.#journal = journal;
    this.#name = name;
    this.#kind = kind;
    // Only `put` writes to the journal, so a row that has a scope has the rest as well.
    const stored = v.custom<R>((row) => v.is(v.object({ scope: v.string(), object: v.unknown() }), row));
    for (const [id, row] of journal.rows(name)) this.#rows.set(id, v.parse(stored, row));
  }

  put(id: string, row: R): void {
    this.#journal.append(this.#name, id, row);
    this.#rows.set(id, row);
  }

  delete(id: string): void {
    this.#journal.append(this.#name, id, null);
    this.#rows.delete(id);
  }

  /** Of any account. */
  find(id: string): R | undefined {
    return this.#rows.get(id);
  }

  /** Stripe's 404 for what another account or the other mode has, as for what nobody has. */
  get(scope: string, id: string, param = 'id'): R {
    const row = this.#rows.get(id);
    if (row?.scope === scope) return row;
    throw resourceMissing(this.#kind, id, row ? otherModeHint(scope, row.scope) : '', param);
  }

  newestFirst(scope: string): R[] {
    return [...this.#rows.values()].filter((row) => row.scope === scope).reverse();
  }

  all(): Iterable<R> {
    return this.#rows.values();
  }
}

function otherModeHint(asked: string, found: string): string {
  const [account, mode] = asked.split('/');
  const [otherAccount, otherMode] = found.split('/');
  if (account !== otherAccount) return '';
  return `; a similar object exists in ${otherMode} mode, but a ${mode} mode key was used to make this request.`;
}

export type World = ReturnType<typeof openWorld>;

/** Everything the stand-in remembers. */
export function openWorld(journal: Journal) {
  return {
    accountNames: new Table<Row<string>>(journal, 'account_names', 'account'),
    /** The permissions that were taken from a key, by its fingerprint. */
    restrictions: new Table<Row<readonly string[]>>(journal, 'restrictions', 'key'),
    links: new Table<LinkRow>(journal, 'payment_links', 'payment_link'),
    sessions: new Table<SessionRow>(journal, 'checkout_sessions', 'checkout.session'),
    intents: new Table<Row<Stripe.PaymentIntent>>(journal, 'payment_intents', 'payment_intent'),
    charges: new Table<Row<Stripe.Charge>>(journal, 'charges', 'charge'),
    refunds: new Table<Row<Stripe.Refund>>(journal, 'refunds', 'refund'),
    disputes: new Table<Row<Stripe.Dispute>>(journal, 'disputes', 'dispute'),
    endpoints: new Table<EndpointRow>(journal, 'webhook_endpoints', 'webhook endpoint'),
    events: new Table<EventRow>(journal, 'events', 'event'),
    answers: new Table<Row<RememberedAnswer>>(journal, 'idempotency', 'idempotency key'),
  };
}
