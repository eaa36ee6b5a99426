import type { Stripe } from 'stripe';
import { type Backend, seconds } from './backend.ts';
import { beginSession, isOpen, isUsedUp, openSessionOf } from './checkout.ts';
import { convert, isSupported } from './currencies.ts';
import type { Snapshots } from './events.ts';
import { idOf } from './ids.ts';
import { charge, type Failure, type Method } from './objects/charge.ts';
import { customerDetails } from './objects/checkout-session.ts';
import { paymentIntent } from './objects/payment-intent.ts';
import { invalidRequest } from './stripe-error.ts';
import type { LinkRow, Row, SessionRow } from './world.ts';

export type Outcome = 'paid' | 'declined' | 'delayed';

export type Payer = {
  outcome: Outcome;
  /** The session of the page that is paid; the link's open one otherwise, or a new one. */
  session?: SessionRow;
  email?: string;
  presentmentCurrency?: string | undefined;
};

export type Payment = { checkout_session: string; payment_intent: string; event_ids: string[] };

type Attempt = { status: 'succeeded' | 'pending' | 'failed'; method: Method; failure: Failure | null };

const ATTEMPTS: Readonly<Record<Outcome, Attempt>> = {
  paid: { status: 'succeeded', method: 'card', failure: null },
  delayed: { status: 'pending', method: 'us_bank_account', failure: null },
  declined: {
    status: 'failed',
    method: 'card',
    failure: {
      code: 'card_declined',
      decline_code: 'generic_decline',
      message: 'Your card was declined.',
    },
  },
};

const DEBIT_FAILED: Failure = {
  code: 'payment_method_provider_decline',
  message: 'The bank debit could not be collected.',
};

/**
 * What a payer does on a link's page. It all happens in one go, without waiting for anything: so the limit of
 * completed sessions holds, however many pay at once.
 */
export function pay(backend: Backend, link: LinkRow, payer: Payer): Payment {
  const created = seconds(backend.now);
  const { object: open } = payableSession(backend, link, payer);
  const step = steps(backend, link.scope);

  const known = backend.world.intents.find(idOf(open.payment_intent))?.object;
  const intent = known ?? paymentIntent({ link: link.object, amount: open.amount_total ?? 0, created });
  if (!known) step.begun(intent);

  const { status, method, failure } = ATTEMPTS[payer.outcome];
  const email = payer.email ?? open.customer_details?.email ?? null;
  const presentment = presentmentOf(intent, payer.presentmentCurrency);
  const attempt = { ...charge({ intent, method, email, created, status, failure }), ...presentment };
  step.moved(status, { ...intent, ...presentment }, attempt, failure);

  const session: Stripe.Checkout.Session = {
    ...open,
    ...presentment,
    payment_intent: intent.id,
    customer_details: email === null ? null : customerDetails(email),
  };
  if (status === 'failed') step.session(session);
  else {
    const payment_status = status === 'succeeded' ? 'paid' : 'unpaid';
    step.counted(link);
    step.session({ ...session, status: 'complete', url: null, payment_status }, 'checkout.session.completed');
  }
  return { checkout_session: session.id, payment_intent: intent.id, event_ids: step.eventIds };
}

/** Ends a delayed payment: the bank has sent the money, or has not. */
export function settle(
  backend: Backend,
  { scope, object: intent }: Row<Stripe.PaymentIntent>,
  outcome: 'succeeded' | 'failed',
): Payment {
  const session = sessionOf(backend, scope, intent.id)?.object;
  const pending = backend.world.charges.find(idOf(intent.latest_charge))?.object;
  if (!session || !pending || intent.status !== 'processing') {
    throw invalidRequest(
      `Only a PaymentIntent that is processing can be settled; this one is ${intent.status}.`,
    );
  }

  const step = steps(backend, scope);
  if (outcome === 'succeeded') {
    step.moved(
      'succeeded',
      intent,
      { ...pending, status: 'succeeded', amount_captured: pending.amount },
      null,
    );
    step.session({ ...session, payment_status: 'paid' }, 'checkout.session.async_payment_succeeded');
  } else {
    const { code: failure_code, message: failure_message } = DEBIT_FAILED;
    const failed = { ...pending, status: 'failed', paid: false, failure_code, failure_message };
    step.moved('failed', intent, failed, DEBIT_FAILED);
    step.session(session, 'checkout.session.async_payment_failed');
  }
  return { checkout_session: session.id, payment_intent: intent.id, event_ids: step.eventIds };
}

function payableSession(backend: Backend, link: LinkRow, payer: Payer): SessionRow {
  if (isUsedUp(link.object)) {
    throw invalidRequest('This payment link has reached its limit of completed sessions.', {
      code: 'payment_link_used_up',
    });
  }
  // A page that stands open can be paid even when its link no longer opens new ones.
  const open = payer.session ?? openSessionOf(backend, link);
  if (open) {
    if (isOpen(open.object, seconds(backend.now))) return open;
    throw invalidRequest('This Checkout Session is no longer open.', { code: 'checkout_session_closed' });
  }
  if (!link.object.active) {
    throw invalidRequest('This payment link is no longer active.', { code: 'payment_link_inactive' });
  }
  return beginSession(backend, link);
}

/** Each step stores objects, and tells of them. */
function steps({ world, recordEvent }: Backend, scope: string) {
  const eventIds: string[] = [];
  const tell = <Type extends keyof Snapshots>(type: Type, object: Snapshots[Type]) =>
    void eventIds.push(recordEvent(scope, type, object));

  return {
    eventIds,

    begun(intent: Stripe.PaymentIntent) {
      world.intents.put(intent.id, { scope, object: intent });
      tell('payment_intent.created', intent);
    },

    /** The money has moved, is moving, or has not. */
    moved(
      status: Attempt['status'],
      intent: Stripe.PaymentIntent,
      attempt: Stripe.Charge,
      failure: Failure | null,
    ) {
      const after = afterAttempt(status, intent, attempt, failure);
      const [chargeEvent, intentEvent] = EVENTS[status];
      world.charges.put(attempt.id, { scope, object: attempt });
      world.intents.put(after.id, { scope, object: after });
      tell(chargeEvent, attempt);
      tell(intentEvent, after);
    },

    session(object: Stripe.Checkout.Session, event?: `checkout.session.${string}` & keyof Snapshots) {
      world.sessions.put(object.id, { ...world.sessions.get(scope, object.id), object });
      if (event) tell(event, object);
    },

    /** One more of the sessions that the link may complete. */
    counted(link: LinkRow) {
      const { restrictions } = link.object;
      if (!restrictions) return;
      const { count, limit } = restrictions.completed_sessions;
      const counted = { completed_sessions: { count: count + 1, limit } };
      world.links.put(link.object.id, { ...link, object: { ...link.object, restrictions: counted } });
    },
  };
}

const EVENTS = {
  succeeded: ['charge.succeeded', 'payment_intent.succeeded'],
  pending: ['charge.pending', 'payment_intent.processing'],
  failed: ['charge.failed', 'payment_intent.payment_failed'],
} as const;

function afterAttempt(
  status: Attempt['status'],
  intent: Stripe.PaymentIntent,
  attempt: Stripe.Charge,
  failure: Failure | null,
): Stripe.PaymentIntent {
  const { id: latest_charge, payment_method } = attempt;
  switch (status) {
    case 'succeeded': {
      const amount_received = intent.amount;
      return { ...intent, status, latest_charge, payment_method, amount_received, last_payment_error: null };
    }
    case 'pending':
      return { ...intent, status: 'processing', latest_charge, payment_method, last_payment_error: null };
    case 'failed': {
      const last_payment_error = failure && { ...failure, charge: latest_charge, type: 'card_error' };
      return {
        ...intent,
        status: 'requires_payment_method',
        latest_charge,
        payment_method: null,
        last_payment_error,
      };
    }
  }
}

/** Adaptive Pricing: the payer sees another currency, the objects keep the price's own. */
function presentmentOf(intent: Stripe.PaymentIntent, currency: string | undefined) {
  const wanted = currency?.toLowerCase();
  if (wanted === undefined || wanted === intent.currency) return {};
  if (!isSupported(wanted))
    throw invalidRequest(`Invalid currency: ${wanted}`, { param: 'presentment_currency' });
  return {
    presentment_details: {
      presentment_amount: convert(intent.amount, intent.currency, wanted),
      presentment_currency: wanted,
    },
  };
}

function sessionOf({ world }: Backend, scope: string, intentId: string): SessionRow | undefined {
  return world.sessions.newestFirst(scope).find(({ object }) => object.payment_intent === intentId);
}
