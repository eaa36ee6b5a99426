import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SignatureHeader } from '../../ports.ts';

/** Stripe's own tolerance, here to both sides: a clock that runs ahead is not a reason to trust a replay for longer. */
const TOLERANCE_SECONDS = 300;
const MAX_SIGNATURES = 10;

/**
 * Reads a `Stripe-Signature` header: exactly one `t=<digits>` and one to ten `v1=<64 lower-case hex>`; other
 * schemes are ignored. Null where it is missing, malformed, or more than 300 seconds old or ahead.
 * Stricter than stripe-node, which takes `t=123abc`, a repeated `t` and any future time. No leading zero either:
 * stripe-node drops it before it verifies.
 * https://docs.stripe.com/webhooks#verify-manually
 */
export function readSignatureHeader(header: string | undefined, now: Date): SignatureHeader | null {
  if (header === undefined || header.length > 2048) return null;
  const timestamps: string[] = [];
  const signatures: string[] = [];
  for (const element of header.split(',')) {
    const [, scheme = '', value = ''] = /^([a-z0-9_]+)=(.*)$/.exec(element) ?? [];
    if (scheme === '') return null;
    if (scheme === 't') timestamps.push(value);
    if (scheme === 'v1') signatures.push(value);
  }

  const [timestamp, ...repeated] = timestamps;
  if (timestamp === undefined || repeated.length > 0 || !/^[1-9]\d{0,11}$/.test(timestamp)) return null;
  if (signatures.length === 0 || signatures.length > MAX_SIGNATURES) return null;
  if (!signatures.every((signature) => /^[0-9a-f]{64}$/.test(signature))) return null;

  const age = Math.floor(now.getTime() / 1000) - Number(timestamp);
  return Math.abs(age) <= TOLERANCE_SECONDS ? { timestamp, signatures } : null;
}

/** Whether one of the header's signatures is the HMAC-SHA256 of `timestamp.body` by `secret`; in constant time. */
export function isSigned(
  { timestamp, signatures }: SignatureHeader,
  body: Uint8Array,
  secret: string,
): boolean {
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return signatures.some((signature) => timingSafeEqual(Buffer.from(signature), Buffer.from(expected)));
}
