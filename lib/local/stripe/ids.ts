import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An id of Stripe's form: `newId('plink')` → `plink_1Nx…`. */
export function newId(prefix: string, length = 24): string {
  return `${prefix}_${base62(randomBytes(length))}`;
}

export function base62(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}

/** The id of what an object refers to, which may be expanded; empty where it refers to nothing. */
export function idOf(reference: string | { readonly id: string } | null): string {
  return typeof reference === 'string' ? reference : (reference?.id ?? '');
}
