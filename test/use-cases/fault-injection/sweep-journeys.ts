import { dying } from '../../support/stopping.ts';
import type { Journey } from './journey.ts';
import { AFTER_LEASE, HOUR, MINUTE, type Scene, SECOND } from './scene.ts';

const COMPLETED = 'checkout.session.completed';

/** What is due, of whatever kind. */
const LISTED = ['closings.due', 'connections.unsettled', 'eventChecks.due', 'dueInvoices.list'];
const READ = ['dueInvoices.find', 'dueInvoices.reschedule', 'connections.find'];
const WITHDRAWN = [
  'connections.find',
  'vault.open',
  'provider.closePaymentLink',
  'invoiceLinks.recordClosed',
];
/** An account's events. */
const CHECKED = ['eventChecks.find', 'connections.find', 'eventChecks.save', 'vault.open'];
const PUT_OFF = ['dueInvoices.find', 'connections.find', 'dueInvoices.reschedule'];
/** Somebody else wrote the invoice meanwhile. */
const RECORDED_AT_LAST = ['invoiceLinks.recordClosed', 'invoiceLinks.find', 'invoiceLinks.recordClosed'];
const SAVED = ['finalizations.saveLink', 'mailer.send', 'finalizations.markEmail'];

const swept: Journey['goOn'] = {
  'is swept once more': async ({ wait, sweep }) => {
    wait(10 * MINUTE);
    await sweep();
  },
};
/** A key is kept for eight minutes. */
const sweptSoon: Journey['goOn'] = {
  'is swept once more': async ({ wait, sweep }) => {
    wait(2 * MINUTE);
    await sweep();
  },
};

/** A sweep of one kind of thing, after what `before` brought about, from where it is known what is due. */
const sweepOf = (kind: string, before: (scene: Scene) => Promise<void>): Journey['prepare'] => {
  return async (scene) => {
    await before(scene);
    const { state, deps, sweep } = scene;
    state.sweeps = new Set([kind]);
    return ({ closings, connections, eventChecks, dueInvoices, ...others }) =>
      sweep({
        ...others,
        closings: { ...closings, due: deps.closings.due },
        connections: { ...connections, unsettled: deps.connections.unsettled },
        eventChecks: { ...eventChecks, due: deps.eventChecks.due },
        dueInvoices: { ...dueInvoices, list: deps.dueInvoices.list },
      });
  };
};

async function paidUntold({ finalize, stripe, wait }: Scene): Promise<void> {
  await finalize();
  wait(SECOND);
  stripe.pay('card');
  wait(SECOND);
}

async function switchOff({ connection, deps, state }: Scene): Promise<void> {
  const off = { isActive: false, version: 2, inactiveSince: state.now.toISOString() };
  await deps.connections.update({ ...connection, ...off }, 1);
}

async function switchOn({ connection, deps, state }: Scene, offSince = state.now): Promise<void> {
  const unsettledSince = offSince.toISOString();
  const updatedAt = state.now.toISOString();
  await deps.connections.update({ ...connection, version: 3, unsettledSince, updatedAt }, 2);
}

/** It ends as soon as the connection is gone. */
async function disconnectedOnly({ deps, disconnect }: Scene): Promise<void> {
  const stop = { port: DISCONNECTED.length, when: 'after' } as const;
  await disconnect(dying(deps, stop).deps).catch(() => undefined);
}

const DISCONNECTED = ['connections.find', 'invoices.list', 'connections.remove'];
const CLOSED = [
  'vault.open',
  'endpoints.remove',
  'invoices.list',
  'provider.closePaymentLink',
  'provider.findPayments',
  'lookedUp.payInFull',
  ...RECORDED_AT_LAST,
];

export const SWEEPS: Readonly<Record<string, Journey>> = {
  'a sweep of a finalize that broke off': {
    prepare: sweepOf('invoices', async ({ deps, finalize, wait }) => {
      const stop = { port: 4, when: 'after' } as const;
      await finalize(dying(deps, stop).deps).catch(() => undefined);
      wait(AFTER_LEASE);
    }),
    calls: [
      ...READ,
      'vault.open',
      'connections.find',
      'finalizations.begin',
      'finalizations.takeOver',
      'vault.open',
      'provider.createPaymentLink',
      ...SAVED,
      ...PUT_OFF,
    ],
    goOn: swept,
  },
  'a sweep of an unpaid link': {
    prepare: async ({ finalize, wait, sweep }) => {
      await finalize();
      wait(MINUTE);
      return sweep;
    },
    calls: [...LISTED, ...READ, 'vault.open', 'provider.findPayments', ...PUT_OFF],
    goOn: swept,
  },
  'a sweep of a payment whose webhook was lost': {
    prepare: sweepOf('invoices', async (scene) => {
      await paidUntold(scene);
      scene.wait(MINUTE);
    }),
    calls: [
      ...READ,
      'vault.open',
      'provider.findPayments',
      'lookedUp.payInFull',
      'dueInvoices.find',
      ...WITHDRAWN,
      ...PUT_OFF,
    ],
    goOn: swept,
  },
  'a sweep of a delayed payment whose failure was never told': {
    prepare: sweepOf('invoices', async ({ finalize, stripe, receive, event, wait }) => {
      await finalize();
      wait(SECOND);
      stripe.pay('debit');
      await receive(event(COMPLETED));
      wait(SECOND);
      stripe.end('failed');
      wait(MINUTE);
    }),
    calls: [
      ...READ,
      'vault.open',
      'provider.findPayments',
      'lookedUp.findInvoice',
      'lookedUp.commit',
      'lookedUp.findInvoice',
      'lookedUp.commit',
      'dueInvoices.find',
      'connections.find',
      'finalizations.begin',
      'connections.find',
      'finalizations.renew',
      'vault.open',
      'provider.closePaymentLink',
      'provider.findPayments',
      'lookedUp.findInvoice',
      'lookedUp.record',
      'lookedUp.findInvoice',
      'lookedUp.record',
      'invoiceLinks.recordClosed',
      'provider.createPaymentLink',
      ...SAVED,
      ...PUT_OFF,
    ],
    goOn: swept,
  },
  'a sweep of a paid invoice': {
    prepare: sweepOf('invoices', async (scene) => {
      await paidUntold(scene);
      await scene.receive(scene.event(COMPLETED));
    }),
    calls: [...READ, 'waitingEvents.of', ...WITHDRAWN, ...PUT_OFF],
    goOn: swept,
  },
  'a sweep of a dispute that waits for its payment': {
    prepare: sweepOf('invoices', async (scene) => {
      await paidUntold(scene);
      scene.stripe.dispute();
      await scene.receive(scene.event('charge.dispute.created'));
      await scene.receive(scene.event(COMPLETED));
    }),
    calls: [
      ...READ,
      'waitingEvents.of',
      'events.find',
      'replays.findInvoiceIdByPayment',
      'replays.findInvoice',
      'replays.commit',
      'waitingEvents.end',
      'connections.find',
      'vault.open',
      'provider.closePaymentLink',
      ...RECORDED_AT_LAST,
      ...PUT_OFF,
    ],
    goOn: swept,
  },
  'a sweep of what Stripe could not deliver': {
    prepare: sweepOf('event_checks', async (scene) => {
      await paidUntold(scene);
      scene.wait(HOUR);
    }),
    calls: [
      ...CHECKED,
      'providerEvents.list',
      'fetched.payInFull',
      'fetched.payInFull',
      'fetched.commit',
      'eventChecks.save',
      'providerEvents.list',
      'eventChecks.save',
    ],
    goOn: swept,
  },
  'a sweep of events by a key that may not read them': {
    prepare: sweepOf('event_checks', async ({ state, wait }) => {
      state.eventsSay = 'key_rejected';
      wait(HOUR);
    }),
    calls: [...CHECKED, 'providerEvents.list', 'eventChecks.save'],
    goOn: swept,
  },
  'a sweep of events that go on after one that Stripe has forgotten': {
    prepare: sweepOf('event_checks', async (scene) => {
      await paidUntold(scene);
      scene.state.eventsSay = 'place_lost';
      scene.wait(HOUR);
    }),
    calls: [...CHECKED, 'providerEvents.list', 'eventChecks.save'],
    goOn: {
      'is swept once more': async ({ state, wait, sweep }) => {
        state.eventsSay = 'listed';
        wait(10 * MINUTE);
        await sweep();
      },
    },
  },
  'a sweep of events of a connection that is switched off': {
    prepare: sweepOf('event_checks', async (scene) => {
      await switchOff(scene);
      scene.wait(HOUR);
    }),
    calls: ['eventChecks.find', 'connections.find', 'eventChecks.save'],
    goOn: swept,
  },
  'a sweep of what came while the connection was off': {
    prepare: sweepOf('connections', async (scene) => {
      await paidUntold(scene);
      await switchOff(scene);
      await scene.receive(scene.event(COMPLETED));
      await switchOn(scene);
      scene.wait(2 * MINUTE);
    }),
    calls: ['connections.find', 'events.list', 'replays.payInFull', 'connections.endUnsettled'],
    goOn: swept,
  },
  'a sweep of more than a page of what came while the connection was off': {
    prepare: async (scene) => {
      await paidUntold(scene);
      await switchOff(scene);
      const offSince = scene.state.now;
      await scene.receive(scene.event(COMPLETED));
      scene.wait(SECOND);
      await scene.receive(scene.event('payment_intent.succeeded'));
      await switchOn(scene, offSince);
      scene.wait(2 * MINUTE);
      const go = await sweepOf('connections', async () => undefined)(scene);
      return (deps) =>
        go({
          ...deps,
          events: {
            ...deps.events,
            list: (of, filter, { after }) => deps.events.list(of, filter, { limit: 1, after }),
          },
        });
    },
    calls: [
      'connections.find',
      'events.list',
      'replays.payInFull',
      'events.list',
      'replays.payInFull',
      'replays.record',
      'connections.saveUnsettledSince',
      'events.list',
      'connections.endUnsettled',
    ],
    goOn: swept,
  },
  'a disconnection': {
    prepare: async (scene) => {
      await paidUntold(scene);
      scene.state.sweeps = new Set(['closings']);
      return scene.disconnect;
    },
    calls: [...DISCONNECTED, 'closings.of', ...CLOSED, 'closings.saveProgress'],
    begins: 'connections.remove',
    goOn: {
      'is swept': async ({ wait, sweep }) => {
        wait(2 * MINUTE);
        await sweep();
      },
      'is called again, and swept': async ({ wait, sweep }, again) => {
        await again();
        wait(2 * MINUTE);
        await sweep();
      },
    },
  },
  'a sweep of an account that was left': {
    prepare: sweepOf('closings', async (scene) => {
      await paidUntold(scene);
      await disconnectedOnly(scene);
      scene.wait(2 * MINUTE);
    }),
    calls: ['closings.of', ...CLOSED, 'closings.end'],
    goOn: sweptSoon,
  },
  'a sweep of an account that was left, when its time is over': {
    prepare: sweepOf('closings', async (scene) => {
      await disconnectedOnly(scene);
      scene.wait(9 * MINUTE);
    }),
    calls: ['closings.of', 'closings.end'],
    goOn: swept,
  },
};
