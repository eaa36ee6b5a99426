import { createHash } from 'node:crypto';
import { base62 } from './ids.ts';

export type Mode = 'test' | 'live';

export type ApiKey = {
  readonly accountId: string;
  /** What the key's owner called the account, or null where the key only carries a secret. */
  readonly accountName: string | null;
  readonly mode: Mode;
  readonly restricted: boolean;
  readonly masked: string;
  /** Tells keys apart without being one. */
  readonly fingerprint: string;
};

/**
 * Reads a key. What follows `sk_test_` names the account, up to the last underscore where there is one:
 * `sk_test_acme_1`, `sk_test_acme_2`, `rk_test_acme_3` and `sk_live_acme_1` (live mode) all belong to account
 * `acme`, so that rotation can be tried. Null for whatever is no secret key of Stripe's.
 */
export function readApiKey(text: string): ApiKey | null {
  const [, kind, mode, rest] = /^(sk|rk)_(test|live)_([\w-]+)$/.exec(text) ?? [];
  if (rest === undefined) return null;

  const underscore = rest.lastIndexOf('_');
  const name = underscore > 0 ? rest.slice(0, underscore) : null;
  return {
    accountId: `acct_${digest(name ?? rest)}`,
    accountName: name,
    mode: mode === 'live' ? 'live' : 'test',
    restricted: kind === 'rk',
    masked: maskKey(text),
    fingerprint: digest(text),
  };
}

function digest(text: string): string {
  return base62(createHash('sha256').update(text).digest().subarray(0, 16));
}

/** As Stripe shows a key in its errors: the prefix, asterisks, the last four characters. */
export function maskKey(text: string): string {
  const prefix = /^[a-z]{2,5}_(test_|live_)?/.exec(text)?.[0] ?? '';
  const rest = text.slice(prefix.length);
  const shown = rest.length > 8 ? rest.slice(-4) : '';
  return prefix + '*'.repeat(rest.length - shown.length) + shown;
}

/** Bearer, or basic with the key as user name, as `curl -u` sends it. */
export function keyOf(authorization: string | undefined): string | null {
  const [, scheme, value] = /^(bearer|basic)\s+(\S+)$/i.exec(authorization ?? '') ?? [];
  if (scheme === undefined || value === undefined) return null;
  if (scheme.toLowerCase() === 'bearer') return value;
  return Buffer.from(value, 'base64').toString().split(':')[0] || null;
}
