import type Stripe from 'stripe';
import { newId } from '../../lib/local/stripe/ids.ts';
import { checkoutSession } from '../../lib/local/stripe/objects/checkout-session.ts';
import { paymentIntent } from '../../lib/local/stripe/objects/payment-intent.ts';
import type { Random } from './random.ts';
import { type StripeEvent, stripeEvent } from './stripe-events.ts';

type Scene = { readonly link: Stripe.PaymentLink; readonly amount: number; readonly created: number };

/** What a tenant's account tells besides: none of it may touch an invoice. */
const OTHERS: readonly ((scene: Scene) => StripeEvent)[] = [
  function ofTypesThatAreNotUsed({ link, created }) {
    return stripeEvent('payment_link.updated', link, { created, statuses: ['ignored'] });
  },
  function ofAnotherSale({ link, amount, created }) {
    const intent = { ...succeeded(link, amount, created), metadata: {} };
    return stripeEvent('payment_intent.succeeded', intent, { created, statuses: ['ignored'] });
  },
  function ofAnotherSalesSession({ link, amount, created }) {
    const session = { ...completed(link, amount, created), metadata: {}, payment_link: newId('plink') };
    return stripeEvent('checkout.session.completed', session, { created, statuses: ['ignored'] });
  },
  function ofStripesOwnInvoices({ link, amount, created }) {
    const invoice = {
      id: newId('in'),
      object: 'invoice',
      amount_paid: amount,
      amount_due: amount,
      currency: link.currency,
      metadata: link.metadata,
    };
    return stripeEvent('invoice.payment_succeeded', invoice, { created, statuses: ['recorded'] });
  },
  function withAnInvoiceIdThatSomebodyWroteThere({ link, amount, created }) {
    const metadata = { ...link.metadata, nonce: newId('nonce') };
    const intent = { ...succeeded(link, amount, created), metadata };
    return stripeEvent('payment_intent.succeeded', intent, { created, statuses: ['rejected'] });
  },
  function ofAnotherLinkWithOurMetadata({ link, amount, created }) {
    const session = { ...completed(link, amount, created), payment_link: newId('plink') };
    return stripeEvent('checkout.session.completed', session, { created, statuses: ['rejected'] });
  },
  function ofAnotherEnvironment({ link, amount, created }) {
    const metadata = { ...link.metadata, env_id: 'another' };
    const intent = { ...succeeded(link, amount, created), metadata };
    return stripeEvent('payment_intent.succeeded', intent, { created, statuses: ['rejected'] });
  },
  function ofLiveMode({ link, amount, created }) {
    const session = { ...completed(link, amount, created), livemode: true };
    return stripeEvent('checkout.session.completed', session, {
      created,
      livemode: true,
      statuses: ['rejected'],
    });
  },
  function ofAnInvoiceThatIsNotHere({ link, amount, created }) {
    const metadata = { ...link.metadata, invoice_id: 'not_here' };
    const intent = { ...succeeded(link, amount, created), metadata };
    return stripeEvent('payment_intent.succeeded', intent, { created, statuses: ['unmatched'] });
  },
];

export function otherEvent(random: Random, scene: Scene): StripeEvent {
  return random.pick(OTHERS)(scene);
}

function succeeded(link: Stripe.PaymentLink, amount: number, created: number): Stripe.PaymentIntent {
  return { ...paymentIntent({ link, amount, created }), status: 'succeeded', amount_received: amount };
}

function completed(link: Stripe.PaymentLink, amount: number, created: number): Stripe.Checkout.Session {
  const given = { link, amount, created, url: link.url, customerEmail: null, clientReferenceId: null };
  const session = { ...checkoutSession(given), payment_intent: newId('pi') };
  return { ...session, status: 'complete', payment_status: 'paid' };
}
