import type { PaymentLink } from '../../functions/domain/invoice.ts';
import { RARE_EVENT_TYPES, type WebhookEvent } from '../../functions/domain/webhook-event.ts';
import type {
  Clock,
  LinkOrder,
  LinkOutcome,
  PaymentProvider,
  ProviderEvents,
} from '../../functions/ports.ts';
import {
  asyncFailed,
  asyncSucceeded,
  disputed,
  intentFailed,
  intentSucceeded,
  NOW,
  refunded,
  sessionPaid,
  sessionUnpaid,
  type Told,
} from './builders.ts';
import { link, unique } from './samples.ts';

/** Stripe forgets an idempotency key after a day. */
const KEY_LIFE_MS = 24 * 60 * 60 * 1000;
/** What happened is among an account's events only a little later. */
const LISTED_AFTER_MS = 10_000;

/** A link of the account, and the one PaymentIntent that its payer may come to have. */
type Sold = {
  readonly link: PaymentLink;
  readonly order: LinkOrder;
  readonly madeAt: Date;
  readonly payment: string;
  isActive: boolean;
  money: 'none' | 'on_its_way' | 'came' | 'failed';
  /** When its checkout was completed. */
  completedAt: Date | null;
  refunded: number;
  isDisputed: boolean;
};

type Emitted = { readonly event: WebhookEvent; isDelivered: boolean };

/** A tenant's Stripe account in memory, as the ports see it: links under idempotency keys, what was paid through them, and its events. */
export function fakeStripe(clock: Clock) {
  const sold: Sold[] = [];
  const emitted: Emitted[] = [];
  /** Keys whose request went wrong at Stripe, which says so to every repetition. */
  const spoilt = new Set<string>();
  let next: 'right' | 'before' | 'after' = 'right';

  const isPayable = ({ isActive, completedAt }: Sold) => isActive && completedAt === null;
  const ofLink = (linkId: string) => sold.find(({ link }) => link.id === linkId);
  const seconds = (at: Date) => Math.floor((at.getTime() - NOW.getTime()) / 1000);
  const asked = ({ payment, link, order }: Sold) => ({
    payment,
    link: link.id,
    nonce: order.metadata['nonce'] ?? null,
    amount: order.content.amountDue,
  });
  const happen = () => ({ at: seconds(clock()), eventId: unique('evt') });

  function emit(of: Sold, type: string, told: Told): void {
    emitted.push({ event: eventOf(of, type, told), isDelivered: false });
  }

  const provider = {
    async createPaymentLink(_key: string, order: LinkOrder): Promise<LinkOutcome> {
      const known = sold.find(
        (made) =>
          made.order.idempotencyKey === order.idempotencyKey &&
          clock().getTime() - made.madeAt.getTime() < KEY_LIFE_MS,
      );
      if (spoilt.has(order.idempotencyKey)) return { kind: 'stuck' };
      if (known) return { kind: 'created', link: known.link };
      const goesWrong = next;
      next = 'right';
      if (goesWrong !== 'right') spoilt.add(order.idempotencyKey);
      if (goesWrong === 'before') return { kind: 'stuck' };
      const made: Sold = {
        link: link(),
        order,
        madeAt: clock(),
        payment: unique('pi'),
        isActive: true,
        money: 'none',
        completedAt: null,
        refunded: 0,
        isDisputed: false,
      };
      sold.push(made);
      return goesWrong === 'after' ? { kind: 'stuck' } : { kind: 'created', link: made.link };
    },
    async closePaymentLink(_key: string, linkId: string) {
      const of = ofLink(linkId);
      if (!of) return 'missing';
      of.isActive = false;
      return 'closed';
    },
    async findPaymentLink(_key: string, nonce: string) {
      const of = sold.find(({ order }) => order.metadata['nonce'] === nonce);
      const isListed = of && clock().getTime() - of.madeAt.getTime() >= LISTED_AFTER_MS;
      return isListed ? { ...of.link, active: of.isActive } : null;
    },
    async findPayments(_key: string, linkId: string) {
      const of = ofLink(linkId);
      return { kind: 'found', payments: of ? lookedUp(of) : [] };
    },
  } satisfies Partial<PaymentProvider>;

  /** As Stripe answers when it is asked: objects instead of events, each with the metadata of its link. */
  function lookedUp(of: Sold): readonly WebhookEvent[] {
    if (of.completedAt === null) return [];
    const at = seconds(of.completedAt);
    const session = { ...asked(of), at, eventId: `cs_${of.payment}` };
    const charge = { ...asked(of), at, eventId: `ch_${of.payment}` };
    const completed = of.money === 'came' ? sessionPaid(session) : sessionUnpaid(session);
    return [
      eventOf(of, 'checkout.session.completed', completed),
      ...(of.money === 'failed'
        ? [eventOf(of, 'checkout.session.async_payment_failed', asyncFailed(session))]
        : []),
      ...(of.refunded > 0 ? [eventOf(of, 'charge.refunded', refunded(of.refunded, charge))] : []),
      ...(of.isDisputed ? [eventOf(of, 'charge.dispute.created', disputed(charge))] : []),
    ];
  }

  const providerEvents: ProviderEvents = {
    async list(_key, { since, until, scope }) {
      const events = emitted
        .filter(({ event, isDelivered }) => (scope === 'rare' ? isRare(event) : !isDelivered))
        .map(({ event }) => event)
        .filter(({ createdAt }) => createdAt >= since && createdAt <= until);
      return { kind: 'listed', events: events.toReversed(), next: null };
    },
  };

  return {
    sold,
    emitted,
    isPayable,
    provider,
    providerEvents,
    /** The next creation goes wrong, before or after a link came of it. */
    goWrong(when: 'before' | 'after'): void {
      next = when;
    },
    /** A card is declined on the page of a link that can be paid. False where there is none, as below. */
    decline(): boolean {
      const of = sold.find(isPayable);
      if (of) emit(of, 'payment_intent.payment_failed', intentFailed({ ...asked(of), ...happen() }));
      return of !== undefined;
    },
    /** The checkout of a link that can be paid is completed, by a card or by a bank debit that takes its time. */
    pay(by: 'card' | 'debit'): boolean {
      const of = sold.find(isPayable);
      if (!of) return false;
      of.completedAt = clock();
      of.money = by === 'card' ? 'came' : 'on_its_way';
      const session = { ...asked(of), ...happen() };
      emit(of, 'checkout.session.completed', by === 'card' ? sessionPaid(session) : sessionUnpaid(session));
      if (by === 'card') emit(of, 'payment_intent.succeeded', intentSucceeded({ ...asked(of), ...happen() }));
      return true;
    },
    /** The bank debit that is on its way comes, or does not. */
    end(as: 'came' | 'failed'): boolean {
      const of = sold.find(({ money }) => money === 'on_its_way');
      if (!of) return false;
      of.money = as;
      if (as === 'came') {
        emit(of, 'payment_intent.succeeded', intentSucceeded({ ...asked(of), ...happen() }));
        emit(of, 'checkout.session.async_payment_succeeded', asyncSucceeded({ ...asked(of), ...happen() }));
      } else {
        emit(of, 'payment_intent.payment_failed', intentFailed({ ...asked(of), ...happen() }));
        emit(of, 'checkout.session.async_payment_failed', asyncFailed({ ...asked(of), ...happen() }));
      }
      return true;
    },
    /** Gives back a part of what came, or all that is left of it. */
    refund(part: 'some' | 'all'): boolean {
      const of = sold.find(({ money }) => money === 'came');
      if (!of) return false;
      const { amountDue } = of.order.content;
      of.refunded = part === 'all' ? amountDue : Math.min(of.refunded + 1_000, amountDue);
      emit(of, 'charge.refunded', refunded(of.refunded, { ...asked(of), ...happen() }));
      return true;
    },
    dispute(): boolean {
      const of = sold.find(({ money, isDisputed }) => money === 'came' && !isDisputed);
      if (!of) return false;
      of.isDisputed = true;
      emit(of, 'charge.dispute.created', disputed({ ...asked(of), ...happen(), nonce: null }));
      return true;
    },
  };
}

const isRare = ({ type }: WebhookEvent) => RARE_EVENT_TYPES.some((rare) => rare === type);

/** A dispute carries no metadata, unless it was looked up. */
function eventOf({ order }: Sold, type: string, { notice, claimed }: Told): WebhookEvent {
  const metadata = claimed.nonce === null ? {} : order.metadata;
  const read = (name: string) => metadata[name] ?? null;
  return {
    eventId: notice.occurrence.eventId,
    type,
    livemode: false,
    createdAt: notice.occurrence.at,
    invoiceId: read('invoice_id'),
    customerId: read('customer_id'),
    amount: null,
    currency: notice.fact.money.currency,
    providerPaymentId: notice.paymentId,
    payment: { notice, claimed, orgId: read('org_id'), envId: read('env_id') },
  };
}
