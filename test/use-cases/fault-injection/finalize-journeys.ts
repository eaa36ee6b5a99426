import { dying } from '../../support/stopping.ts';
import type { Journey } from './journey.ts';
import { AFTER_LEASE, type Deps, HOUR, MINUTE, type Scene, SECOND } from './scene.ts';

export const CALLED_AGAIN = 'is called again';
export const SWEPT = 'is left to the sweeper';

const finalize =
  async ({ finalize: call }: Scene) =>
  (deps: Deps) =>
    call(deps);

const calledAgain: Journey['goOn'] = {
  [CALLED_AGAIN]: async ({ wait }, again) => {
    wait(AFTER_LEASE);
    return again();
  },
};
const swept: Journey['goOn'] = {
  [SWEPT]: async ({ wait, sweep }) => {
    wait(10 * MINUTE);
    await sweep();
  },
};
/** Whoever goes on may be the first that it goes wrong for. */
const onceMore = (goOn: Journey['goOn']): Journey['goOn'] =>
  Object.fromEntries(
    Object.entries(goOn).map(([name, go]) => [
      name,
      async (scene, again) => {
        await go(scene, again).catch(() => undefined);
        return go(scene, again);
      },
    ]),
  );
/** Once Stripe takes what it refused. */
const accepted = (goOn: Journey['goOn']): Journey['goOn'] =>
  Object.fromEntries(
    Object.entries(goOn).map(([name, go]) => [
      name,
      async (scene, again) => {
        scene.state.stripeRefuses = false;
        return go(scene, again);
      },
    ]),
  );

/** A finalize that ends before or after its call of Stripe, without a word. */
async function brokenOff({ deps, finalize: call }: Scene, when: 'before' | 'after'): Promise<void> {
  const stop = { port: BEGUN.length + 2, when };
  await call(dying(deps, stop).deps).catch(() => undefined);
}

async function usedUp({ finalize: call, stripe, receive, event, wait }: Scene): Promise<void> {
  await call();
  wait(SECOND);
  stripe.pay('debit');
  await receive(event('checkout.session.completed'));
  wait(SECOND);
  stripe.end('failed');
  await receive(event('checkout.session.async_payment_failed'));
  wait(SECOND);
}

const BEGUN = ['connections.find', 'finalizations.begin'];
const TAKEN_OVER = [...BEGUN, 'finalizations.takeOver', 'vault.open'];
const SAVED = ['finalizations.saveLink', 'mailer.send', 'finalizations.markEmail'];

export const FINALIZATIONS: Readonly<Record<string, Journey>> = {
  'a finalize': {
    prepare: finalize,
    calls: [...BEGUN, 'vault.open', 'provider.createPaymentLink', ...SAVED],
    begins: 'finalizations.begin',
    goOn: { ...calledAgain, ...swept },
  },
  'a finalize that waits for another': {
    prepare: async (scene) => {
      await brokenOff(scene, 'before');
      scene.wait(AFTER_LEASE - SECOND - 100);
      return finalize(scene);
    },
    calls: [
      ...BEGUN,
      'finalizations.find',
      'connections.find',
      'finalizations.takeOver',
      'vault.open',
      'provider.createPaymentLink',
      ...SAVED,
    ],
    goOn: calledAgain,
  },
  'a finalize after a day, though a link was made': {
    prepare: async (scene) => {
      await brokenOff(scene, 'after');
      scene.wait(25 * HOUR);
      return finalize(scene);
    },
    calls: [...TAKEN_OVER, 'provider.findPaymentLink', ...SAVED],
    goOn: swept,
  },
  'a finalize whose key repeats a failure of Stripe': {
    prepare: async (scene) => {
      scene.stripe.goWrong('before');
      await scene.finalize().catch(() => undefined);
      scene.wait(6 * MINUTE);
      return finalize(scene);
    },
    calls: [
      ...TAKEN_OVER,
      'provider.createPaymentLink',
      'provider.findPaymentLink',
      'finalizations.renew',
      'vault.open',
      'provider.createPaymentLink',
      ...SAVED,
    ],
    goOn: { ...calledAgain, ...swept },
  },
  'a finalize that goes wrong at Stripe, though a link was made': {
    prepare: async (scene) => {
      scene.stripe.goWrong('after');
      return finalize(scene);
    },
    calls: [
      ...BEGUN,
      'vault.open',
      'provider.createPaymentLink',
      'provider.findPaymentLink',
      'finalizations.markStuck',
      'finalizations.release',
    ],
    begins: 'finalizations.begin',
    mayDiffer: ['stuckAt'],
    goOn: onceMore({ ...calledAgain, ...swept }),
  },
  'a finalize that Stripe refuses': {
    prepare: async (scene) => {
      scene.state.stripeRefuses = true;
      return finalize(scene);
    },
    calls: [...BEGUN, 'vault.open', 'provider.createPaymentLink', 'finalizations.abandon'],
    goOn: accepted(calledAgain),
  },
  'a finalize that Stripe refuses, where an earlier one broke off': {
    prepare: async (scene) => {
      await brokenOff(scene, 'before');
      scene.wait(AFTER_LEASE);
      scene.state.stripeRefuses = true;
      return finalize(scene);
    },
    calls: [...TAKEN_OVER, 'provider.createPaymentLink', 'finalizations.release'],
    goOn: accepted({ ...calledAgain, ...swept }),
  },
  'a finalize whose invoice is paid before its link is saved': {
    prepare: async (scene) => {
      const { state, stripe, receive, event } = scene;
      state.whenLinkIsMade = async () => {
        stripe.pay('card');
        await receive(event('checkout.session.completed'));
      };
      return finalize(scene);
    },
    calls: [
      ...BEGUN,
      'vault.open',
      'provider.createPaymentLink',
      'finalizations.saveLink',
      'provider.closePaymentLink',
      'invoiceLinks.recordClosed',
    ],
    begins: 'finalizations.begin',
    mayDiffer: ['finalizedAt'],
    goOn: swept,
  },
  'a finalize whose invoice is voided before its link is saved': {
    prepare: async (scene) => {
      scene.state.whenLinkIsMade = () => scene.voidIt();
      return finalize(scene);
    },
    calls: [
      ...BEGUN,
      'vault.open',
      'provider.createPaymentLink',
      'finalizations.saveLink',
      'provider.closePaymentLink',
      'provider.findPayments',
      'invoiceLinks.recordClosed',
    ],
    begins: 'finalizations.begin',
    mayDiffer: ['finalizedAt'],
    goOn: swept,
  },
  'a finalize after its delayed payment has failed': {
    prepare: async (scene) => {
      await usedUp(scene);
      return finalize(scene);
    },
    calls: [
      ...BEGUN,
      'connections.find',
      'finalizations.renew',
      'vault.open',
      'provider.closePaymentLink',
      'provider.findPayments',
      'lookedUp.findInvoice',
      'lookedUp.commit',
      'lookedUp.findInvoice',
      'lookedUp.commit',
      'invoiceLinks.recordClosed',
      'invoiceLinks.find',
      'invoiceLinks.recordClosed',
      'provider.createPaymentLink',
      ...SAVED,
    ],
    goOn: { ...calledAgain, ...swept },
  },
  'a finalize of which only the e-mail is left': {
    prepare: async (scene) => {
      scene.state.mailSays = 'unavailable';
      await scene.finalize();
      scene.state.mailSays = 'sent';
      return finalize(scene);
    },
    calls: [...BEGUN, 'finalizations.claimEmail', 'mailer.send', 'finalizations.markEmail'],
    goOn: { ...calledAgain, ...swept },
  },
  'an e-mail that is sent again': {
    prepare: async (scene) => {
      await scene.finalize();
      return scene.email;
    },
    calls: [
      'connections.find',
      'emailResends.find',
      'emailResends.claim',
      'mailer.send',
      'finalizations.markEmail',
    ],
    begins: 'emailResends.claim',
    goOn: swept,
  },
  'a void': {
    prepare: async (scene) => {
      await scene.finalize();
      return scene.voidIt;
    },
    calls: [
      'invoiceDecisions.find',
      'invoiceDecisions.recordVoid',
      'connections.find',
      'vault.open',
      'provider.closePaymentLink',
      'provider.findPayments',
      'invoiceLinks.recordClosed',
    ],
    begins: 'invoiceDecisions.recordVoid',
    goOn: { ...calledAgain, ...swept },
  },
  'a void whose link was never saved': {
    prepare: async (scene) => {
      await brokenOff(scene, 'after');
      scene.wait(AFTER_LEASE);
      return scene.voidIt;
    },
    calls: [
      'invoiceDecisions.find',
      'invoiceDecisions.recordVoid',
      'connections.find',
      'vault.open',
      'provider.findPaymentLink',
      'provider.closePaymentLink',
      'provider.findPayments',
      'invoiceLinks.recordClosed',
    ],
    begins: 'invoiceDecisions.recordVoid',
    goOn: swept,
  },
  'a void whose link was paid a moment ago': {
    prepare: async (scene) => {
      await scene.finalize();
      scene.stripe.pay('card');
      return scene.voidIt;
    },
    calls: [
      'invoiceDecisions.find',
      'invoiceDecisions.recordVoid',
      'connections.find',
      'vault.open',
      'provider.closePaymentLink',
      'provider.findPayments',
      'lookedUp.payInFull',
      'lookedUp.commit',
      'invoiceLinks.recordClosed',
      'invoiceLinks.find',
      'invoiceLinks.recordClosed',
    ],
    begins: 'invoiceDecisions.recordVoid',
    goOn: swept,
  },
};
