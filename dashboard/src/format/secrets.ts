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

/** Of a field that may be left blank. */
export const unlessBlank =
  (check: Check): Check =>
  (typed) =>
    typed.trim() === '' ? null : check(typed);
