/**
 * Money as Stripe knows it: an integer in the currency's smallest unit, and a currency by its ISO 4217 code.
 * The tables follow https://docs.stripe.com/currencies. No amount is ever computed in floating point.
 */

/** The currencies that Stripe charges in, and so the ones that an invoice may have. */
// biome-ignore format: a table
export const CURRENCIES = [
  'AED', 'AFN', 'ALL', 'AMD', 'ANG', 'AOA', 'ARS', 'AUD', 'AWG', 'AZN', 'BAM', 'BBD', 'BDT', 'BGN', 'BHD', 'BIF',
  'BMD', 'BND', 'BOB', 'BRL', 'BSD', 'BWP', 'BYN', 'BZD', 'CAD', 'CDF', 'CHF', 'CLP', 'CNY', 'COP', 'CRC', 'CVE',
  'CZK', 'DJF', 'DKK', 'DOP', 'DZD', 'EGP', 'ETB', 'EUR', 'FJD', 'FKP', 'GBP', 'GEL', 'GIP', 'GMD', 'GNF', 'GTQ',
  'GYD', 'HKD', 'HNL', 'HTG', 'HUF', 'IDR', 'ILS', 'INR', 'ISK', 'JMD', 'JOD', 'JPY', 'KES', 'KGS', 'KHR', 'KMF',
  'KRW', 'KWD', 'KYD', 'KZT', 'LAK', 'LBP', 'LKR', 'LRD', 'LSL', 'MAD', 'MDL', 'MGA', 'MKD', 'MMK', 'MNT', 'MOP',
  'MUR', 'MVR', 'MWK', 'MXN', 'MYR', 'MZN', 'NAD', 'NGN', 'NIO', 'NOK', 'NPR', 'NZD', 'OMR', 'PAB', 'PEN', 'PGK',
  'PHP', 'PKR', 'PLN', 'PYG', 'QAR', 'RON', 'RSD', 'RUB', 'RWF', 'SAR', 'SBD', 'SCR', 'SEK', 'SGD', 'SHP', 'SLE',
  'SOS', 'SRD', 'STD', 'SZL', 'THB', 'TJS', 'TND', 'TOP', 'TRY', 'TTD', 'TWD', 'TZS', 'UAH', 'UGX', 'USD', 'UYU',
  'UZS', 'VND', 'VUV', 'WST', 'XAF', 'XCD', 'XCG', 'XOF', 'XPF', 'YER', 'ZAR', 'ZMW',
] as const;

export type Currency = (typeof CURRENCIES)[number];

// biome-ignore format: a table
const ZERO_DECIMAL: ReadonlySet<string> = new Set<Currency>([
  'BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF',
]);

/** Stripe takes these with three decimals of which the last is 0. */
const THREE_DECIMAL: ReadonlySet<string> = new Set<Currency>(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** Currencies without decimals that Stripe takes with two, which must be 00. */
const WHOLE_UNITS: ReadonlySet<Currency> = new Set<Currency>(['ISK', 'UGX']);

/** In smallest units, from https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts. */
// biome-ignore format: a table
const MINIMUM_CHARGE: Readonly<Partial<Record<Currency, number>>> = {
  USD: 50, AED: 200, AUD: 50, BGN: 100, BRL: 50, CAD: 50, CHF: 50, CZK: 1500, DKK: 250, EUR: 50, GBP: 30, HKD: 400,
  HUF: 17500, INR: 50, JPY: 50, MXN: 1000, MYR: 200, NOK: 300, NZD: 50, PLN: 200, RON: 200, SEK: 300, SGD: 50, THB: 1000,
};

const accepted: ReadonlySet<string> = new Set(CURRENCIES);

/** Whether a code is that of an accepted currency: upper case, as in ISO 4217. */
export function isCurrency(code: string): code is Currency {
  return accepted.has(code);
}

/** How many decimals Stripe's amounts in this currency have: two, unless listed. An event may name one that no invoice may have. */
export function exponentOf(currency: string): 0 | 2 | 3 {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/**
 * An amount in smallest units as a decimal string in the major unit: `129900` USD is `"1299.00"`, `500` JPY is
 * `"500"`, `12340` KWD is `"12.340"`.
 */
export function toMajorUnits(amount: number, currency: string): string {
  const { sign, whole, fraction } = partsOf(amount, currency);
  return `${sign}${whole}${fraction}`;
}

/** An amount in smallest units as people read it: `USD 1,299.00`, `JPY 500`, `KWD 12.340`, `-USD 5.00`. */
export function formatMoney(amount: number, currency: Currency): string {
  const { sign, whole, fraction } = partsOf(amount, currency);
  return `${sign}${currency} ${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction}`;
}

function partsOf(amount: number, currency: string): { sign: string; whole: string; fraction: string } {
  if (!Number.isSafeInteger(amount)) {
    throw new RangeError(`An amount is an integer in the smallest unit of ${currency}, not ${amount}`);
  }
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const point = digits.length - exponent;
  return {
    sign: amount < 0 ? '-' : '',
    whole: digits.slice(0, point),
    fraction: exponent === 0 ? '' : `.${digits.slice(point)}`,
  };
}

export type Chargeability = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Whether Stripe can charge an amount, in smallest units, by the rules that it publishes at
 * https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts and #special-cases. Where it publishes no
 * minimum, Stripe itself decides. The reason is a sentence for people, and says what would be right.
 */
export function chargeability(amount: number, currency: Currency): Chargeability {
  const step = stepOf(currency);
  const minimum = MINIMUM_CHARGE[currency] ?? step;
  const digits = currency === 'IDR' ? 999_999_999_999 : 99_999_999;
  const maximum = digits - (digits % step);

  const refuse = (rule: string): Chargeability => ({
    ok: false,
    reason: `Stripe charges ${currency} ${rule}; this amount is ${formatMoney(amount, currency)}.`,
  });
  if (amount < minimum) return refuse(`from ${formatMoney(minimum, currency)} upwards`);
  if (amount > maximum) return refuse(`up to ${formatMoney(maximum, currency)}`);
  if (amount % step !== 0) return refuse(`only in multiples of ${formatMoney(step, currency)}`);
  return { ok: true };
}

/** The smallest difference between two amounts that Stripe charges, in smallest units. */
function stepOf(currency: Currency): 1 | 10 | 100 {
  if (WHOLE_UNITS.has(currency)) return 100;
  return THREE_DECIMAL.has(currency) ? 10 : 1;
}
