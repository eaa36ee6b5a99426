import type { Connection, SealedSecret } from './connection.ts';
import type { Tenant } from './tenant.ts';

/**
 * What is left of a Stripe account that was disconnected: its key, for as long as a finalize that began before may still
 * create a link that must be closed again.
 */
export type Closing = {
  readonly tenant: Tenant;
  /** Of the connection. */
  readonly id: string;
  readonly secretKey: SealedSecret;
  readonly livemode: boolean;
  readonly stripeAccountId: string | null;
  /** Made by us, so ours to remove. */
  readonly managedEndpointId: string | null;
  /** From then on nothing new can come, and the key is destroyed once every link is closed. */
  readonly settledAt: string;
  /** Then it is destroyed in any case. */
  readonly destroyAt: string;
};

/** The longest that a finalize may go on with the connection that it read, with some room. */
const SETTLED_AFTER_MS = 60_000;
const DESTROYED_AFTER_MS = 8 * 60_000;

export function beginClosing(connection: Connection, now: Date): Closing {
  const { tenant, id, version, secretKey, livemode, stripeAccountId, webhookEndpoint } = connection;
  const after = (milliseconds: number) => new Date(now.getTime() + milliseconds).toISOString();
  return {
    tenant,
    id: `${id}_${version}`,
    secretKey: { ciphertext: secretKey.ciphertext },
    livemode,
    stripeAccountId,
    managedEndpointId: webhookEndpoint?.managed ? webhookEndpoint.id : null,
    settledAt: after(SETTLED_AFTER_MS),
    destroyAt: after(DESTROYED_AFTER_MS),
  };
}

/** Whether the key may go: nothing is left to be done with it, and nothing new can come; or its time is over. */
export function isOver({ settledAt, destroyAt }: Closing, isDone: boolean, now: Date): boolean {
  return now >= new Date(destroyAt) || (isDone && now >= new Date(settledAt));
}
