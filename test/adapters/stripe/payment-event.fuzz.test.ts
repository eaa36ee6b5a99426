import { expect } from '@jest/globals';
import fc from 'fast-check';
import { toReceivedEvent } from '../../../functions/adapters/dynamodb/records.ts';
import { parsePaymentEvent } from '../../../functions/adapters/stripe/payment-event.ts';
import { EVENT_TYPES, type WebhookEvent } from '../../../functions/domain/webhook-event.ts';
import { NOW } from '../../support/builders.ts';
import { property } from '../../support/property.ts';
import { anyEvent, bodies } from '../../support/webhook-bodies.ts';

/** All objects in a value, itself included. */
function objectsIn(value: unknown): object[] {
  return typeof value === 'object' && value !== null
    ? [value, ...Object.values(value).flatMap(objectsIn)]
    : [];
}

function expectStorable(event: WebhookEvent): void {
  const received = {
    ...event,
    status: 'recorded',
    reason: null,
    receivedAt: NOW.toISOString(),
    processedAt: null,
    deliveries: 1,
  };
  expect(toReceivedEvent(received)).toStrictEqual(received);
  expect((event.payment?.notice.paymentId ?? 'pi_1') in {}).toBe(false);
  for (const object of objectsIn(event)) {
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.hasOwn(object, '__proto__')).toBe(false);
  }
}

property(
  'case 8: any bytes are an event that can be stored, or none',
  fc.property(bodies, (body) => {
    const event = parsePaymentEvent(body, NOW);
    if (event) expectStorable(event);
  }),
);

const types = fc.constantFrom(...EVENT_TYPES, 'customer.created');
property(
  'whatever an event holds, it is one that can be stored, by its id and type',
  fc.property(anyEvent, fc.uuid(), types, (sent, id, type) => {
    const event = parsePaymentEvent(json({ ...sent, id, type }), NOW);
    expect(event).toMatchObject({ eventId: id, type });
    if (event) expectStorable(event);
  }),
);

property(
  'case 8: nothing of a __proto__ gets through',
  fc.property(anyEvent, (sent) => {
    expect(parsePaymentEvent(json(polluted(sent)), NOW)).toStrictEqual(parsePaymentEvent(json(sent), NOW));
    expect(Object.hasOwn(Object.prototype, 'metadata')).toBe(false);
  }),
);

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** With `__proto__` in every object, as a property of its own: so a parser makes it. */
function polluted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(polluted);
  if (typeof value !== 'object' || value === null) return value;
  const proto = { id: 'evt_x', metadata: { invoice_id: 'inv_x' }, object: { id: 'pi_x' }, amount: 1 };
  const own = Object.entries(value).filter(([name]) => name !== '__proto__');
  return Object.fromEntries([['__proto__', proto], ...own.map(([name, of]) => [name, polluted(of)])]);
}
