import type { WebhookEvent } from '../../../functions/domain/webhook-event.ts';
import { saying, unique } from '../../support/samples.ts';
import type { Journey } from './journey.ts';
import { type Deps, MINUTE, type Scene, SECOND } from './scene.ts';

const COMPLETED = 'checkout.session.completed';

export const DELIVERED_AGAIN = 'Stripe delivers it again';
export const NEVER_DELIVERED = 'it never comes again, and the sweeper asks Stripe';

const again: Journey['goOn'] = {
  [DELIVERED_AGAIN]: async ({ wait }, receive) => {
    wait(MINUTE);
    return receive();
  },
};
const againOrNever: Journey['goOn'] = {
  ...again,
  [NEVER_DELIVERED]: async ({ wait, sweep }) => {
    wait(10 * MINUTE);
    await sweep();
  },
};

/** The delivery of one event, after what `before` brought about. */
const delivery = (before: (scene: Scene) => Promise<WebhookEvent>): Journey['prepare'] => {
  return async (scene) => {
    await scene.finalize();
    scene.wait(SECOND);
    const event = await before(scene);
    scene.wait(SECOND);
    return (deps: Deps) => scene.receive(event, deps);
  };
};

/** The same, from where it is known that Stripe sent it. */
const genuine = (before: (scene: Scene) => Promise<WebhookEvent>): Journey['prepare'] => {
  return async (scene) => {
    const receive = await delivery(before)(scene);
    const { connectionCache, vault } = scene.deps;
    return (deps) => receive({ ...deps, connectionCache, vault });
  };
};

async function paid({ stripe, event, receive }: Scene): Promise<WebhookEvent> {
  stripe.pay('card');
  await receive(event(COMPLETED));
  return event(COMPLETED);
}

async function onItsWay({ stripe, event, receive, wait }: Scene): Promise<void> {
  stripe.pay('debit');
  await receive(event(COMPLETED));
  wait(SECOND);
}

export const SETTLEMENTS: Readonly<Record<string, Journey>> = {
  'a payment of what is due': {
    prepare: delivery(async ({ stripe, event }) => {
      stripe.pay('card');
      return event(COMPLETED);
    }),
    calls: ['connectionCache.get', 'vault.open', 'settlements.payInFull'],
    goOn: againOrNever,
  },
  'an event that has come before': {
    prepare: genuine(paid),
    calls: ['settlements.payInFull'],
    goOn: again,
  },
  'the other event of a payment': {
    prepare: genuine(async (scene) => {
      await paid(scene);
      return scene.event('payment_intent.succeeded');
    }),
    calls: ['settlements.payInFull', 'settlements.record'],
    goOn: again,
  },
  'a declined card': {
    prepare: genuine(async ({ stripe, event }) => {
      stripe.decline();
      return event('payment_intent.payment_failed');
    }),
    calls: ['settlements.findInvoice', 'settlements.commit'],
    goOn: again,
  },
  'a payment after a declined card': {
    prepare: genuine(async ({ stripe, event, receive, wait }) => {
      stripe.decline();
      await receive(event('payment_intent.payment_failed'));
      wait(SECOND);
      stripe.pay('card');
      return event(COMPLETED);
    }),
    calls: ['settlements.payInFull', 'settlements.commit'],
    goOn: againOrNever,
  },
  'a second payment': {
    prepare: genuine(async (scene) => {
      const second = { ...(await paid(scene)), eventId: unique('evt') };
      return saying(second, { paymentId: 'pi_second' });
    }),
    calls: ['settlements.payInFull', 'settlements.commit'],
    goOn: again,
  },
  'a delayed payment': {
    prepare: genuine(async ({ stripe, event }) => {
      stripe.pay('debit');
      return event(COMPLETED);
    }),
    calls: ['settlements.findInvoice', 'settlements.commit'],
    goOn: againOrNever,
  },
  'the money of a delayed payment': {
    prepare: genuine(async (scene) => {
      await onItsWay(scene);
      scene.stripe.end('came');
      return scene.event('checkout.session.async_payment_succeeded');
    }),
    calls: ['settlements.payInFull', 'settlements.commit'],
    goOn: againOrNever,
  },
  'the failure of a delayed payment': {
    prepare: genuine(async (scene) => {
      await onItsWay(scene);
      scene.stripe.end('failed');
      return scene.event('checkout.session.async_payment_failed');
    }),
    calls: ['settlements.findInvoice', 'settlements.commit'],
    goOn: againOrNever,
  },
  'a dispute of a payment that is not known yet': {
    prepare: genuine(async ({ stripe, event }) => {
      stripe.pay('card');
      stripe.dispute();
      return event('charge.dispute.created');
    }),
    calls: [
      'settlements.findInvoiceIdByPayment',
      'settlements.keepWaiting',
      'settlements.findInvoiceIdByPayment',
      'settlements.record',
    ],
    goOn: {
      ...again,
      'Stripe delivers it again, then its payment, and the sweeper settles both': async (scene, receive) => {
        await receive();
        await scene.receive(scene.event(COMPLETED));
        scene.wait(10 * MINUTE);
        await scene.sweep();
      },
      'Stripe delivers its payment, the sweeper comes, and then it is delivered again': async (
        scene,
        receive,
      ) => {
        await scene.receive(scene.event(COMPLETED));
        scene.wait(10 * MINUTE);
        await scene.sweep();
        await receive();
        await scene.sweep();
      },
    },
  },
  'an event that concerns no invoice of ours': {
    prepare: genuine(async ({ stripe, event }) => {
      stripe.pay('card');
      return { ...event(COMPLETED), livemode: true };
    }),
    calls: ['settlements.record'],
    goOn: again,
  },
};
