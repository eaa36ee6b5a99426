import type Stripe from 'stripe';
import { oneLine } from '../../domain/email-text.ts';
import type { PaymentLink } from '../../domain/invoice.ts';
import { type LinkOrder, type PaymentProvider, Unavailable } from '../../ports.ts';
import { call, isKeyRefusal, keyDetail, ReplayedFailure, type StripeFor } from './client.ts';
import { paymentsOf } from './payments-of-link.ts';

const PRODUCT_NAME_LENGTH = 200;

/** `since` is by our clock, an event by Stripe's. The nonce finds one link and no other, however early it is looked for. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** A link of ours is completed once. */
const MAX_COMPLETED = 100;

/** Keys and Payment Links at Stripe, each call with the tenant's own key. */
export function stripePaymentProvider(stripeFor: StripeFor): PaymentProvider {
  return {
    async proveKey(secretKey) {
      const stripe = stripeFor(secretKey);
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
      const stripe = stripeFor(secretKey);
      const { idempotencyKey } = order;
      const created = await call(() =>
        stripe.paymentLinks.create(paymentLinkParams(order), { idempotencyKey }),
      ).catch((error: unknown) => {
        if (error instanceof ReplayedFailure) return { kind: 'stuck' } as const;
        throw error;
      });
      if (created.kind === 'stuck') return created;
      if (created.kind === 'answered') return { kind: 'created', link: toPaymentLink(created.value) };
      return isKeyRefusal(created)
        ? { kind: 'key_rejected', detail: keyDetail(created.status) }
        : { kind: 'not_chargeable', detail: `Stripe refused to charge this invoice (${created.code}).` };
    },

    async findPaymentLink(secretKey, nonce, since) {
      const stripe = stripeFor(secretKey);
      const created = { gte: Math.floor((since.getTime() - CLOCKS_DIFFER_MS) / 1000) };
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

    async findPayments(secretKey, linkId, now) {
      const list = (expand: readonly string[]) =>
        call(() =>
          stripeFor(secretKey)
            .checkout.sessions.list({
              payment_link: linkId,
              status: 'complete',
              limit: 100,
              expand: [...expand],
            })
            .autoPagingToArray({ limit: MAX_COMPLETED }),
        );
      // A restricted key may see sessions and no charges: it still tells what was paid.
      let listed = await list(['data.payment_intent.latest_charge']);
      for (const expand of [['data.payment_intent'], []]) {
        if (listed.kind === 'refused' && isKeyRefusal(listed)) listed = await list(expand);
      }
      if (listed.kind === 'answered') return { kind: 'found', payments: paymentsOf(listed.value, now) };
      return isKeyRefusal(listed)
        ? { kind: 'key_rejected', detail: keyDetail(listed.status, 'Checkout Sessions') }
        : { kind: 'found', payments: [] };
    },

    async seesPaymentLink(secretKey, linkId) {
      const seen = await call(() => stripeFor(secretKey).paymentLinks.retrieve(linkId));
      return seen.kind === 'answered';
    },

    async closePaymentLink(secretKey, linkId) {
      const stripe = stripeFor(secretKey);
      const deactivated = await call(() => stripe.paymentLinks.update(linkId, { active: false }));
      if (deactivated.kind === 'refused') return isKeyRefusal(deactivated) ? 'key_rejected' : 'missing';
      // Whoever has the page open could still pay: a link's deactivation does not end its sessions.
      const expired = await call(async () => {
        for await (const session of stripe.checkout.sessions.list({
          payment_link: linkId,
          status: 'open',
          limit: 100,
        })) {
          const ended = await call(() => stripe.checkout.sessions.expire(session.id));
          // Any other refusal: it is not open any more.
          if (ended.kind === 'refused' && isKeyRefusal(ended)) return false;
        }
        return true;
      });
      return expired.kind === 'answered' && expired.value ? 'closed' : 'key_rejected';
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
