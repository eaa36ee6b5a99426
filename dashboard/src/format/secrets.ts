import {
  holdsSecret,
  type Parsed,
  parseSecretKey,
  parseWebhookSecret,
} from '../../../functions/domain/stripe-credentials.ts';

/** What is wrong with a field, by the very rules of the API; null where nothing is. */
type Check = (typed: string) => string | null;

const problemOf = (parsed: Parsed<unknown>) => (parsed.ok ? null : parsed.problem);

export const checkSecretKey: Check = (typed) => problemOf(parseSecretKey(typed));
export const checkWebhookSecret: Check = (typed) => problemOf(parseWebhookSecret(typed));

export const checkName: Check = (typed) => {
  if (typed.trim() === '') return 'Give the connection a name.';
  if (typed.trim().length > 100) return 'Use at most 100 characters.';
  return holdsSecret(typed) ? 'This is a secret, and the name is shown: paste it below.' : null;
};

const KEYS = ['sk_test_', 'sk_live_', 'rk_test_', 'rk_live_'];

/** Whether what is typed so far may become right: then nothing is wrong with it yet. */
export const mayBecomeSecretKey = (typed: string) => KEYS.some((prefix) => prefix.startsWith(typed.trim()));
export const mayBecomeWebhookSecret = (typed: string) => 'whsec_'.startsWith(typed.trim());

/** Of a field that may be left blank. */
export const unlessBlank =
  (check: Check): Check =>
  (typed) =>
    typed.trim() === '' ? null : check(typed);
