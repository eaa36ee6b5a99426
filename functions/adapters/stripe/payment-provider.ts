import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Stripe from 'stripe';
import { oneLine } from '../../domain/email-text.ts';
import type { PaymentLink } from '../../domain/invoice.ts';
import { type LinkOrder, type PaymentProvider, Unavailable } from '../../ports.ts';

const TIMEOUT_MS = 8_000;
const PRODUCT_NAME_LENGTH = 200;

/**
 * Stripe's API, with the tenant's own key in each call.
 *
 * `apiBase` is another Stripe than https://api.stripe.com.
 */
export function stripePaymentProvider(apiBase = 'https://api.stripe.com'): PaymentProvider {
  const { protocol, hostname, port } = new URL(apiBase);
  const isHttp = protocol === 'http:';
  // One agent for all keys: connections are kept, clients are not.
  const httpAgent = isHttp ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  const clientFor = (secretKey: string) =>
    new Stripe(secretKey, {
      host: hostname,
      port: port || (isHttp ? 80 : 443),
      protocol: isHttp ? 'http' : 'https',
      httpAgent,
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 1,
      telemetry: false,
    });

  return {
    async proveKey(secretKey) {
      const stripe = clientFor(secretKey);
      const [links, account] = await Promise.all([
        call(() => stripe.paymentLinks.list({ limit: 1 })),
        call(() => stripe.accounts.retrieveCurrent()),
      ]);
      if (links.kind === 'refused') return { kind: 'rejected', detail: keyDetail(links.status) };
      if (account.kind === 'refused') return { kind: 'proven', accountId: null, businessName: null };
      const { id, settings, business_profile } = account.value;
      return {
        kind: 'proven',
        accountId: id,
        businessName: settings?.dashboard.display_name || business_profile?.name || null,
      };
    },

    async createPaymentLink(secretKey, order) {
      const stripe = clientFor(secretKey);
      const { idempotencyKey } = order;
      const created = await call(() =>
        stripe.paymentLinks.create(paymentLinkParams(order), { idempotencyKey }),
      );
      if (created.kind === 'answered') return { kind: 'created', link: toPaymentLink(created.value) };
      return created.status === 401 || created.status === 403
        ? { kind: 'key_rejected', detail: keyDetail(created.status) }
        : { kind: 'not_chargeable', detail: `Stripe refused to charge this invoice (${created.code}).` };
    },

    async findPaymentLink(secretKey, nonce, since) {
      const stripe = clientFor(secretKey);
      const created = { gte: Math.floor(since.getTime() / 1000) };
      const found = await call(async () => {
        for await (const event of stripe.events.list({ type: 'payment_link.created', created, limit: 100 })) {
          if (event.type === 'payment_link.created' && event.data.object.metadata['nonce'] === nonce) {
            return event.data.object;
          }
        }
        return null;
      });
      // Without leave to read events nobody can say whether a link exists: another must not be made.
      if (found.kind === 'refused') throw new Unavailable('Stripe');
      return found.value && toPaymentLink(found.value);
    },
  };
}

/**
 * One inline price of exactly what is due, to be paid once. Which payment methods are offered is for the tenant's
 * own settings at Stripe to say. https://docs.stripe.com/api/payment-link/create
 */
function paymentLinkParams({ content, metadata }: LinkOrder): Stripe.PaymentLinkCreateParams {
  return {
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: content.currency.toLowerCase(),
          unit_amount: content.amountDue,
          product_data: { name: `Invoice ${oneLine(content.invoiceNumber, PRODUCT_NAME_LENGTH)}` },
        },
      },
    ],
    metadata: { ...metadata },
    payment_intent_data: { metadata: { ...metadata } },
    restrictions: { completed_sessions: { limit: 1 } },
  };
}

function toPaymentLink({ id, url, active }: Stripe.PaymentLink): PaymentLink {
  return { id, url, active };
}

type Answer<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** Definitely: repeating the same call will not help. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string };

/** Stripe's exceptions carry requests and headers, and end here. https://docs.stripe.com/error-low-level */
async function call<T>(send: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: 'answered', value: await send() };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const status = error.statusCode ?? 0;
    if (
      status >= 400 &&
      status < 500 &&
      status !== 409 &&
      status !== 429 &&
      error.type !== 'StripeIdempotencyError'
    ) {
      return { kind: 'refused', status, code: error.code ?? error.type };
    }
    throw new Unavailable('Stripe');
  }
}

function keyDetail(status: number): string {
  return status === 401
    ? 'Stripe does not know this secret key. Copy it again from Stripe Dashboard → Developers → API Keys.'
    : 'Stripe knows this key, but it may not do this. A restricted key needs write permission on Payment Links.';
}
