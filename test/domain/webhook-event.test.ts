import { expect, test } from '@jest/globals';
import { EVENT_TYPES, KNOWN_EVENT_TYPES, PAYMENT_EVENT_TYPES } from '../../functions/domain/webhook-event.ts';

test('of the known types, those of invoices at Stripe say nothing of a payment', () => {
  expect(PAYMENT_EVENT_TYPES).toEqual([
    'checkout.session.completed',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'charge.refunded',
    'charge.dispute.created',
  ]);
});

test('an endpoint is subscribed to what is known, and to nothing else', () => {
  expect([...KNOWN_EVENT_TYPES]).toEqual(EVENT_TYPES);
});
