import { beginPass, type Closing, isLast, isLeftOpen, isOverdue } from '../domain/closing.ts';
import type { Generation, Invoice } from '../domain/invoice.ts';
import {
  type Closings,
  type Invoices,
  type Log,
  Unavailable,
  type Vault,
  type WebhookEndpoints,
} from '../ports.ts';
import { type CloseLinksDeps, closeLinks } from './close-links.ts';
import { inParallel } from './in-parallel.ts';
import { lookUpPayments } from './look-up-payments.ts';

export type CloseAccountDeps = CloseLinksDeps & {
  readonly closings: Pick<Closings, 'end' | 'saveProgress'>;
  readonly invoices: Pick<Invoices, 'list'>;
  readonly endpoints: Pick<WebhookEndpoints, 'remove'>;
  readonly vault: Pick<Vault, 'open'>;
  readonly log: Log;
};

const PAGE = 50;
/** Each makes a few calls to Stripe: well below the 25 a second that it allows an endpoint. */
const AT_ONCE = 8;

/**
 * Goes on with closing an account that was left, for as long as `until` allows; may be stopped anywhere and repeated.
 *
 * 1. Remove the webhook endpoint that was made for it.
 * 2. Look at every invoice, from where the last call stopped: close each link that was made for it, and ask once more for money
 *    on its way.
 * 3. Destroy its key, once a look that began when nothing new could come has left nothing open; or its time is over.
 * What Stripe does not do for one of these keeps none of the others from being closed.
 *
 * @throws Unavailable where a service was away.
 */
export async function closeAccount(closing: Closing, until: Date, deps: CloseAccountDeps): Promise<void> {
  const { tenant, managedEndpointId } = closing;
  if (isOverdue(closing, deps.clock())) {
    deps.log.error('a key was destroyed with links left open', {
      org_id: tenant.orgId,
      env_id: tenant.envId,
    });
    return deps.closings.end(closing);
  }
  const secretKey = await deps.vault.open(closing.secretKey, tenant, 'secret_key');
  const failures: Unavailable[] = [];
  /** Whether it is left for another look. */
  const isLeft = async (close: () => Promise<boolean>): Promise<boolean> => {
    if (deps.clock() >= until) return true;
    return close().catch((error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
      failures.push(error);
      return true;
    });
  };

  const isEndpointLeft = await isLeft(async () => {
    if (managedEndpointId !== null) await deps.endpoints.remove(secretKey, managedEndpointId);
    return false;
  });
  let pass = closing.pass ?? beginPass(deps.clock());
  pass = { ...pass, leftOpen: pass.leftOpen + (isEndpointLeft ? 1 : 0) };
  do {
    const page = await deps.invoices.list(tenant, {}, { limit: PAGE, after: pass.after });
    const left = await inParallel(page.items, AT_ONCE, (invoice) =>
      isLeft(() => closeInvoice(invoice, closing, secretKey, deps)),
    );
    pass = { ...pass, after: page.next, leftOpen: pass.leftOpen + left.filter((isOpen) => isOpen).length };
    if (pass.after === null && isLast(pass, closing)) return deps.closings.end(closing);
    await deps.closings.saveProgress({ ...closing, pass: pass.after === null ? null : pass });
  } while (pass.after !== null && deps.clock() < until);
  const [failure] = failures;
  if (failure) throw failure;
}

/** Whether a link of it is left open. */
async function closeInvoice(
  invoice: Invoice,
  closing: Closing,
  secretKey: string,
  deps: CloseAccountDeps,
): Promise<boolean> {
  const { attachment } = closing;
  const isOurs = (generation: Generation) => generation.attachment === attachment;
  const ours = [invoice.current, ...invoice.previous].filter(isOurs);
  if (invoice.status === 'PAYMENT_PENDING') await lookUpPayments(invoice, { secretKey, attachment }, deps);
  if (ours.every(({ link }) => link?.active === false)) return false;
  const after = await closeLinks(invoice, { secretKey, attachment, lookFor: isOurs }, deps);
  return isLeftOpen(after, closing, deps.clock());
}
