import { beginClosing } from '../domain/closing.ts';
import type { Connection } from '../domain/connection.ts';
import { type ConnectionChange, change, type ProvenKey } from '../domain/connection-change.ts';
import type { Invoice } from '../domain/invoice.ts';
import {
  parseSecretKey,
  parseWebhookSecret,
  type SecretKey,
  secretKeyHint,
} from '../domain/stripe-credentials.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Clock, Connections, Invoices, Page, PaymentProvider, Vault } from '../ports.ts';
import { notConnected, writeConflict } from './connection-refusals.ts';

export type UpdateConnectionInput = {
  readonly tenant: Tenant;
  readonly name?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly webhookSecret?: string | undefined;
  readonly isActive?: boolean | undefined;
  readonly confirmAccountChange?: boolean | undefined;
  readonly revokePrevious?: boolean | undefined;
};

export type UpdateConnectionOutcome = { readonly kind: 'updated'; readonly connection: Connection } | Refused;

type Refused = {
  readonly kind: 'refused';
  readonly code:
    | 'not_a_secret_key'
    | 'not_a_webhook_secret'
    | 'stripe_key_rejected'
    | 'stripe_account_changed'
    | 'connection_not_found'
    | 'write_conflict';
  readonly detail: string;
};

export type UpdateConnectionDeps = {
  readonly connections: Pick<Connections, 'find' | 'update' | 'replaceAccount'>;
  readonly invoices: Pick<Invoices, 'list'>;
  readonly provider: Pick<PaymentProvider, 'proveKey' | 'seesPaymentLink'>;
  readonly vault: Pick<Vault, 'seal'>;
  readonly clock: Clock;
};

/**
 * Renames a connection, rotates either secret, or switches it on or off.
 *
 * In: whose it is, and what changes. Out: the connection as it now is, or why not; then nothing has changed.
 * 1. Tell the pasted secrets apart from what else may be pasted.
 * 2. Prove a new key with Stripe, and that it is of the same account and mode, unless another one was confirmed.
 * 3. Encrypt, and write all of it at once if nobody else wrote meanwhile. The key of an account that is left is kept
 *    aside, to close what is open there.
 *
 * @throws Unavailable where Stripe, KMS or DynamoDB is away.
 */
export async function updateConnection(
  input: UpdateConnectionInput,
  deps: UpdateConnectionDeps,
): Promise<UpdateConnectionOutcome> {
  const { tenant, name, isActive, revokePrevious = false } = input;
  const secretKey = input.secretKey === undefined ? undefined : parseSecretKey(input.secretKey);
  if (secretKey && !secretKey.ok) return refused('not_a_secret_key', secretKey.problem);
  const webhookSecret =
    input.webhookSecret === undefined ? undefined : parseWebhookSecret(input.webhookSecret);
  if (webhookSecret && !webhookSecret.ok) return refused('not_a_webhook_secret', webhookSecret.problem);

  const before = await deps.connections.find(tenant);
  if (!before) return notConnected;

  const key = secretKey && (await proveKey(secretKey.value, before, deps));
  if (key && 'kind' in key) return key;
  if (key && !key.isSameAccount && !input.confirmAccountChange) return accountChanged;

  const sealed = webhookSecret && (await deps.vault.seal(webhookSecret.value, tenant, 'webhook_secret'));
  const wanted: ConnectionChange = { name, isActive, key, webhookSecret: sealed, revokePrevious };
  const now = deps.clock();
  const connection = change(before, wanted, now);
  const written =
    key && !key.isSameAccount
      ? await deps.connections.replaceAccount(connection, before.version, beginClosing(before, now))
      : await deps.connections.update(connection, before.version);
  return written === 'updated' ? { kind: 'updated', connection } : writeConflict;
}

async function proveKey(
  key: SecretKey,
  before: Connection,
  deps: UpdateConnectionDeps,
): Promise<ProvenKey | Refused> {
  const proof = await deps.provider.proveKey(key.text);
  if (proof.kind === 'rejected') return refused('stripe_key_rejected', proof.detail);
  const { accountId, businessName } = proof;
  return {
    sealed: { ...(await deps.vault.seal(key.text, before.tenant, 'secret_key')), hint: secretKeyHint(key) },
    livemode: key.livemode,
    accountId,
    businessName,
    isSameAccount: await isSameAccount(key, accountId, before, deps),
  };
}

/** Where a restricted key may not say whose it is: whether it sees a link of ours. Without any link, nothing is at stake. */
async function isSameAccount(
  key: SecretKey,
  accountId: string | null,
  connection: Connection,
  deps: UpdateConnectionDeps,
): Promise<boolean> {
  const { livemode, stripeAccountId } = connection;
  if (key.livemode !== livemode) return false;
  if (accountId !== null && stripeAccountId !== null) return accountId === stripeAccountId;
  const linkId = await newestLinkOf(connection, deps);
  return linkId === null || deps.provider.seesPaymentLink(key.text, linkId);
}

const LINK_PAGES = 5;

/** A link that was made for the account as it is connected now. */
async function newestLinkOf(
  { tenant, attachment }: Connection,
  { invoices }: UpdateConnectionDeps,
): Promise<string | null> {
  let after: string | null = null;
  for (let page = 0; page < LINK_PAGES; page += 1) {
    const { items, next }: Page<Invoice> = await invoices.list(tenant, {}, { limit: 100, after });
    const generations = items.flatMap(({ current, previous }) => [current, ...previous]);
    const made = generations.find((generation) => generation.attachment === attachment && generation.link);
    if (made?.link) return made.link.id;
    if (next === null) return null;
    after = next;
  }
  return null;
}

function refused(code: Refused['code'], detail: string): Refused {
  return { kind: 'refused', code, detail };
}

const accountChanged = refused(
  'stripe_account_changed',
  'The key belongs to another Stripe account or mode (test or live). To leave the connected one, whose open links are then closed, repeat with confirm_account_change: true.',
);
