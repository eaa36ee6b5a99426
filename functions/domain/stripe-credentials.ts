/** The kinds of text a person may paste where a Stripe secret is asked for, told apart by their prefix. */
export type SecretKey = {
  readonly text: string;
  readonly livemode: boolean;
  /** A restricted key (`rk_`) can do only what its owner ticked. */
  readonly restricted: boolean;
};

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

const SECRET_KEY = /^(sk|rk)_(test|live)_[A-Za-z0-9_]{1,250}$/;
const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/=_-]{1,250}$/;

/**
 * Reads a pasted Stripe API key; white space around it is forgiven.
 * Prefixes: https://docs.stripe.com/keys
 */
export function parseSecretKey(pasted: string): Parsed<SecretKey> {
  const text = pasted.trim();
  const match = SECRET_KEY.exec(text);
  if (match) {
    return { ok: true, value: { text, livemode: match[2] === 'live', restricted: match[1] === 'rk' } };
  }
  return {
    ok: false,
    problem: `${describe(text)} Paste the key that starts with sk_ or rk_, from Stripe Dashboard → Developers → API Keys.`,
  };
}

/**
 * Reads a pasted webhook signing secret; white space around it is forgiven.
 * Prefix: https://docs.stripe.com/webhooks#verify-official-libraries
 */
export function parseWebhookSecret(pasted: string): Parsed<string> {
  const text = pasted.trim();
  if (WEBHOOK_SECRET.test(text)) {
    return { ok: true, value: text };
  }
  return {
    ok: false,
    problem: `${describe(text)} Paste the signing secret that starts with whsec_, from the endpoint's page in Stripe Dashboard → Developers → Webhooks.`,
  };
}

/** Whether a text that will be shown has a secret in it, pasted into the wrong field. */
export function holdsSecret(text: string): boolean {
  return /((sk|rk)_(test|live)|whsec)_[A-Za-z0-9+/=_-]{8}/.test(text);
}

/** What may be shown of a key: its prefix and its last four characters. Stripe's keys have dozens. */
export function secretKeyHint({ text }: SecretKey): string {
  const prefix = text.slice(0, 'sk_test_'.length);
  return `${prefix}…${text.slice(prefix.length).slice(-4)}`;
}

/** Names what was pasted by its prefix alone: the text itself may be a secret. */
function describe(text: string): string {
  if (text === '') return 'Nothing was pasted.';
  if (text.startsWith('pk_')) return 'This is a publishable key.';
  if (text.startsWith('whsec_')) return 'This is a webhook signing secret.';
  if (/^(sk|rk)_/.test(text)) return 'This is an API key, or a part of one.';
  if (/^https?:/.test(text)) return 'This is a URL.';
  return 'This is not a Stripe secret of the kind asked for.';
}
