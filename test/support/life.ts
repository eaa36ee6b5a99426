import fc from 'fast-check';
import {
  asyncFailed,
  asyncSucceeded,
  disputed,
  intentFailed,
  intentSucceeded,
  refunded,
  sessionPaid,
  sessionUnpaid,
  type Told,
} from './builders.ts';

/** What truly happens to one payment at Stripe, whatever of it is told here, when, and how often. */
export type Life = {
  readonly payment: string;
  /** What its session asks for. */
  readonly amount: number;
  readonly currency: string;
  /** What the payer is charged instead, under Adaptive Pricing: so many tenths of the amount, in another currency. */
  readonly converted: { readonly tenths: number; readonly currency: string } | null;
  /** Attempts that were declined before the checkout was completed, or given up. */
  readonly declines: number;
  readonly checkout: 'given_up' | 'paid' | 'on_its_way' | 'came' | 'failed';
  /** Stripe tells of a failure after the money came. */
  readonly failsLate: boolean;
  /** How many tenths of it have been given back, after each refund. */
  readonly refunds: readonly number[];
  readonly isDisputed: boolean;
  /** Which events the endpoint is subscribed to: those that the guide names, or all that are used. */
  readonly subscribed: 'few' | 'all';
  /** Seconds before each step. */
  readonly pauses: readonly number[];
};

const MOST_DECLINES = 2;
const MOST_REFUNDS = 3;
const MOST_STEPS = MOST_DECLINES + 2 + 1 + MOST_REFUNDS + 1;

/** Lives of a payment of about what is due: a multiple of 300. Times collide on purpose: Stripe tells whole seconds. */
export function lives(
  payment: string,
  due: { readonly amount: number; readonly currency: string },
): fc.Arbitrary<Life> {
  const tenths = fc.integer({ min: 1, max: 10 });
  return fc.record({
    payment: fc.constant(payment),
    amount: fc.constantFrom(due.amount, due.amount / 3, due.amount - 100, due.amount + 100),
    currency: fc.constantFrom(due.currency, due.currency, due.currency, 'CHF'),
    converted: fc.option(fc.constantFrom({ tenths: 1_500, currency: 'JPY' }, { tenths: 7, currency: 'GBP' })),
    declines: fc.nat({ max: MOST_DECLINES }),
    checkout: fc.constantFrom('given_up', 'paid', 'on_its_way', 'came', 'failed'),
    failsLate: fc.boolean(),
    refunds: fc
      .uniqueArray(tenths, { maxLength: MOST_REFUNDS })
      .map((each) => each.toSorted((one, other) => one - other)),
    isDisputed: fc.boolean(),
    subscribed: fc.constantFrom('few', 'all'),
    pauses: fc.array(fc.constantFrom(0, 1, 60), { minLength: MOST_STEPS, maxLength: MOST_STEPS }),
  });
}

/** The link that it was paid through. */
export type Origin = { readonly nonce: string; readonly link: string };

type Telling = (when: { readonly at: number; readonly eventId: string }) => Told;

/** What Stripe tells of it, in the order in which it happens. */
export function eventsOf(life: Life, { nonce, link }: Origin): readonly Told[] {
  const { payment, amount, currency, converted } = life;
  const session = { payment, amount, currency, nonce, link };
  const charged = converted
    ? { amount: (amount * converted.tenths) / 10, currency: converted.currency }
    : { amount, currency };
  const intent = { payment, nonce, ...charged };
  const unlessFew = (...told: readonly Telling[]) => (life.subscribed === 'all' ? told : []);

  const declined: Telling = (when) => intentFailed({ ...intent, ...when });
  const succeeded: Telling = (when) => intentSucceeded({ ...intent, ...when });
  const unpaid: Telling = (when) => sessionUnpaid({ ...session, ...when });
  const failed = [declined, ...unlessFew((when) => asyncFailed({ ...session, ...when }))];
  const courses: Record<Life['checkout'], readonly (readonly Telling[])[]> = {
    given_up: [],
    paid: [[(when) => sessionPaid({ ...session, ...when }), succeeded]],
    on_its_way: [[unpaid]],
    came: [[unpaid], [succeeded, ...unlessFew((when) => asyncSucceeded({ ...session, ...when }))]],
    failed: [[unpaid], failed],
  };
  const late = isReceived(life) && life.failsLate ? [failed] : [];
  const returns = refundsOf(life).map((tenths) =>
    unlessFew((when) => refunded((charged.amount * tenths) / 10, { ...intent, ...when })),
  );
  const disputes = isDisputed(life) ? [unlessFew((when) => disputed({ ...intent, ...when }))] : [];

  const steps = [...Array.from({ length: life.declines }, () => [declined]), ...courses[life.checkout]];
  let at = 0;
  return [...steps, ...late, ...returns, ...disputes].flatMap((tellings, step) => {
    at += life.pauses[step] ?? 0;
    return tellings.map((tell, index) => tell({ at, eventId: `evt_${payment}_${step}_${index}` }));
  });
}

export function isReceived({ checkout }: Life): boolean {
  return checkout === 'paid' || checkout === 'came';
}

/** Those that are told of. */
export function refundsOf(life: Life): readonly number[] {
  return isReceived(life) && life.subscribed === 'all' ? life.refunds : [];
}

export function isDisputed(life: Life): boolean {
  return isReceived(life) && life.subscribed === 'all' && life.isDisputed;
}
