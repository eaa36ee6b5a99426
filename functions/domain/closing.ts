import type { Connection, SealedSecret } from './connection.ts';
import { LINK_LISTED_AFTER_MS } from './finalization.ts';
import { type Invoice, mayHaveUnsavedLink } from './invoice.ts';
import type { Tenant } from './tenant.ts';

/**
 * What is left of a Stripe account that was disconnected: its key, for as long as a finalize that began before may still
 * create a link that must be closed again.
 */
export type Closing = {
  readonly tenant: Tenant;
  /** Whose links are to be closed, and no others: the same account may be connected again by now. */
  readonly attachment: string;
  readonly secretKey: SealedSecret;
  /** Made by us, so ours to remove. */
  readonly managedEndpointId: string | null;
  /** From then on nothing new can come: a look at every invoice that begins after it is the last one needed. */
  readonly settledAt: string;
  /** Then the key is destroyed in any case. */
  readonly destroyAt: string;
  /** The look at every invoice that is under way. */
  readonly pass: Pass | null;
};

export type Pass = {
  readonly beganAt: string;
  /** The place in the list of invoices after which it goes on. */
  readonly after: string | null;
  /** What could not be closed: invoices with links, and the endpoint. */
  readonly leftOpen: number;
};

/** The longest that a finalize may go on with the connection that it read, with some room. */
const SETTLED_AFTER_MS = 60_000;
const DESTROYED_AFTER_MS = 8 * 60_000;

export function beginClosing(connection: Connection, now: Date): Closing {
  const { tenant, attachment, secretKey, webhookEndpoint } = connection;
  const after = (milliseconds: number) => new Date(now.getTime() + milliseconds).toISOString();
  return {
    tenant,
    attachment,
    secretKey: { ciphertext: secretKey.ciphertext },
    managedEndpointId: webhookEndpoint?.managed ? webhookEndpoint.id : null,
    settledAt: after(SETTLED_AFTER_MS),
    destroyAt: after(DESTROYED_AFTER_MS),
    pass: null,
  };
}

export function beginPass(now: Date): Pass {
  return { beganAt: now.toISOString(), after: null, leftOpen: 0 };
}

/** Whether a pass that has come to its end saw all that can ever come, and left nothing open. */
export function isLast({ beganAt, leftOpen }: Pass, { settledAt }: Closing): boolean {
  return beganAt >= settledAt && leftOpen === 0;
}

/**
 * Whether a link of this invoice may still be paid. One that nobody has saved may have been asked for until the account was
 * settled, and is found only once it is among Stripe's events.
 */
export function isLeftOpen(invoice: Invoice, { attachment, settledAt }: Closing, now: Date): boolean {
  const { current, previous } = invoice;
  const ours = [current, ...previous].filter((generation) => generation.attachment === attachment);
  const mayBeLost = current.attachment === attachment && mayHaveUnsavedLink(invoice);
  const isListed = now.getTime() - new Date(settledAt).getTime() >= LINK_LISTED_AFTER_MS;
  return ours.some(({ link }) => link?.active) || (mayBeLost && !isListed);
}

export function isOverdue({ destroyAt }: Closing, now: Date): boolean {
  return now >= new Date(destroyAt);
}
