import { exponentOf, toMajorUnits } from '../../../functions/domain/money.ts';

/** An amount in smallest units, in its own currency and the reader's language. */
export function formatMoney(amount: number, currency: string): string {
  return formatDecimal(toMajorUnits(amount, currency), currency);
}

/** An amount that is a decimal string already: it never becomes a float, and every decimal of it is shown. */
export function formatDecimal(decimal: string, currency: string): string {
  const digits = exponentOf(currency);
  const format = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return isDecimal(decimal) ? format.format(decimal) : `${decimal} ${currency}`;
}

function isDecimal(text: string): text is Intl.StringNumericLiteral {
  return /^-?\d+(\.\d+)?$/.test(text);
}

/**
 * What a person typed, as an amount in smallest units; null where it is none, or has more decimals than the currency.
 */
export function parseMoney(typed: string, currency: string): number | null {
  const digits = exponentOf(currency);
  const match = /^(\d+)(?:\.(\d*))?$/.exec(typed.trim());
  if (!match) return null;
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > digits) return null;
  const amount = Number(whole + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(amount) && amount > 0 ? amount : null;
}
