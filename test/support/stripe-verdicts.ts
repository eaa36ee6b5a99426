import { Stripe } from 'stripe';
import { parsePaymentEvent } from '../../functions/adapters/stripe/payment-event.ts';
import { isSigned, readSignatureHeader } from '../../functions/adapters/stripe/signature.ts';
import { NOW } from './builders.ts';

const { webhooks } = Stripe;

export const SECRET = 'whsec_test';
export const TIMESTAMP = NOW.getTime() / 1000;

/** What came to a webhook: by default to one with `SECRET`, at `NOW`. */
export type Delivery = {
  readonly header: string;
  readonly body: string | Uint8Array;
  readonly secret?: string;
  readonly now?: Date;
};

type SigningOptions = {
  readonly secret?: string;
  readonly timestamp?: number;
  readonly scheme?: string;
};

/** A header as stripe-node makes it. */
export function signed(
  payload: string,
  { secret = SECRET, timestamp = TIMESTAMP, ...others }: SigningOptions = {},
): string {
  return webhooks.generateTestHeaderString({ payload, secret, timestamp, ...others });
}

/** The hexadecimal signature in such a header. */
export function signatureOf(payload: string, options?: SigningOptions): string {
  return signed(payload, options).replace(/^.*=/, '');
}

export function weAccept({ header, body, secret = SECRET, now = NOW }: Delivery): boolean {
  const received = Buffer.from(body);
  const read = readSignatureHeader(header, now);
  return read !== null && isSigned(read, received, secret) && parsePaymentEvent(received, now) !== null;
}

export function stripeAccepts({ header, body, secret = SECRET, now = NOW }: Delivery): boolean {
  return passes(() =>
    webhooks.constructEvent(Buffer.from(body), header, secret, 300, undefined, now.getTime()),
  );
}

/** Whether stripe-node finds the signature good, whatever it signs. */
export function stripeVerifies({ header, body, secret = SECRET, now = NOW }: Delivery): boolean {
  return passes(() =>
    webhooks.signature?.verifyHeader(Buffer.from(body), header, secret, 300, undefined, now.getTime()),
  );
}

function passes(verify: () => unknown): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}
