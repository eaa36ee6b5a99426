import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CURRENCIES,
  type Currency,
  chargeability,
  exponentOf,
  formatMoney,
  isCurrency,
  toMajorUnits,
} from '../../functions/domain/money.ts';
import { property } from '../support/property.ts';

const ZERO = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ');
const THREE = 'BHD JOD KWD OMR TND'.split(' ');

describe('the currencies', () => {
  test('are the 140 that Stripe presents, each once, in order', () => {
    expect(CURRENCIES).toHaveLength(140);
    expect([...CURRENCIES]).toEqual([...new Set(CURRENCIES)].sort());
    expect(CURRENCIES.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
  });

  test.each(['usd', 'XXX', 'VES', 'SVC', 'CUP', 'USDT', '', 'USD ', 'constructor'])(
    '%j is not one',
    (code) => {
      expect(isCurrency(code)).toBe(false);
    },
  );

  test.each([...ZERO, ...THREE, 'USD', 'EUR', 'HUF', 'TWD', 'ISK', 'UGX', 'XCG', 'SLE'])(
    '%s is one',
    (code) => {
      expect(isCurrency(code)).toBe(true);
    },
  );

  test('have no, three or else two decimals', () => {
    for (const code of CURRENCIES) {
      expect([code, exponentOf(code)]).toEqual([
        code,
        ZERO.includes(code) ? 0 : THREE.includes(code) ? 3 : 2,
      ]);
    }
  });
});

describe('an amount', () => {
  test.each<[number, Currency, string, string]>([
    [129_900, 'USD', '1299.00', 'USD 1,299.00'],
    [500, 'JPY', '500', 'JPY 500'],
    [12_340, 'KWD', '12.340', 'KWD 12.340'],
    [500, 'ISK', '5.00', 'ISK 5.00'],
    [1_234_500, 'UGX', '12345.00', 'UGX 12,345.00'],
    [17_550, 'HUF', '175.50', 'HUF 175.50'],
    [80_045, 'TWD', '800.45', 'TWD 800.45'],
    [999_999_999_999, 'IDR', '9999999999.99', 'IDR 9,999,999,999.99'],
    [0, 'USD', '0.00', 'USD 0.00'],
    [-0, 'USD', '0.00', 'USD 0.00'],
    [5, 'USD', '0.05', 'USD 0.05'],
    [-5, 'USD', '-0.05', '-USD 0.05'],
    [-500, 'USD', '-5.00', '-USD 5.00'],
    [7, 'BHD', '0.007', 'BHD 0.007'],
    [-1_000_000, 'JPY', '-1000000', '-JPY 1,000,000'],
    [Number.MAX_SAFE_INTEGER, 'USD', '90071992547409.91', 'USD 90,071,992,547,409.91'],
    [Number.MAX_SAFE_INTEGER, 'KWD', '9007199254740.991', 'KWD 9,007,199,254,740.991'],
  ])('of %d %s is %s in major units, and %s to people', (amount, currency, major, people) => {
    expect(toMajorUnits(amount, currency)).toBe(major);
    expect(formatMoney(amount, currency)).toBe(people);
  });

  property(
    'loses nothing on its way to major units, in any currency',
    fc.property(fc.maxSafeInteger(), fc.constantFrom(...CURRENCIES), (amount, currency) => {
      const major = toMajorUnits(amount, currency);
      expect(major.split('.')[1]?.length ?? 0).toBe(exponentOf(currency));
      expect(BigInt(major.replace('.', ''))).toBe(BigInt(amount));
    }),
  );

  property(
    'reads as Intl would write it, with an ordinary space',
    fc.property(fc.integer(), fc.constantFrom(...CURRENCIES), (amount, currency) => {
      const digits = exponentOf(currency);
      const intl = new Intl.NumberFormat('en', {
        style: 'currency',
        currency,
        currencyDisplay: 'code',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      expect(formatMoney(amount, currency)).toBe(intl.format(amount / 10 ** digits).replace('\u00a0', ' '));
    }),
  );

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)])('is never %d', (amount) => {
    expect(() => toMajorUnits(amount, 'USD')).toThrow(RangeError);
    expect(() => formatMoney(amount, 'USD')).toThrow(RangeError);
  });
});

describe('what Stripe can charge', () => {
  const MINIMUM: readonly (readonly [Currency, number])[] = [
    ['USD', 50],
    ['AED', 200],
    ['AUD', 50],
    ['BGN', 100],
    ['BRL', 50],
    ['CAD', 50],
    ['CHF', 50],
    ['CZK', 1_500],
    ['DKK', 250],
    ['EUR', 50],
    ['GBP', 30],
    ['HKD', 400],
    ['HUF', 17_500],
    ['INR', 50],
    ['JPY', 50],
    ['MXN', 1_000],
    ['MYR', 200],
    ['NOK', 300],
    ['NZD', 50],
    ['PLN', 200],
    ['RON', 200],
    ['SEK', 300],
    ['SGD', 50],
    ['THB', 1_000],
  ];

  test.each(MINIMUM)('%s from %d', (currency, minimum) => {
    expect(chargeability(minimum, currency)).toEqual({ ok: true });
    expect(chargeability(minimum - 1, currency)).toMatchObject({ ok: false });
  });

  test('every other currency from the smallest step, which leaves the minimum to Stripe', () => {
    const others = CURRENCIES.filter((code) => !MINIMUM.some(([listed]) => listed === code));
    for (const code of others) {
      const step = code === 'ISK' || code === 'UGX' ? 100 : THREE.includes(code) ? 10 : 1;
      expect([code, chargeability(step, code)]).toEqual([code, { ok: true }]);
      expect(chargeability(0, code).ok).toBe(false);
      expect(chargeability(-step, code).ok).toBe(false);
    }
    expect(others).toHaveLength(140 - 24);
  });

  test.each<[Currency, number, number]>([
    ['USD', 99_999_999, 100_000_000],
    ['JPY', 99_999_999, 100_000_000],
    ['KWD', 99_999_990, 100_000_000],
    ['ISK', 99_999_900, 100_000_000],
    ['IDR', 999_999_999_999, 1_000_000_000_000],
  ])('%s up to %d', (currency, maximum, more) => {
    expect(chargeability(maximum, currency)).toEqual({ ok: true });
    expect(chargeability(more, currency).ok).toBe(false);
  });

  test.each<Currency>(['ISK', 'UGX'])('%s only when it ends in 00', (currency) => {
    expect(chargeability(12_300, currency)).toEqual({ ok: true });
    for (const amount of [12_301, 12_310, 12_399]) expect(chargeability(amount, currency).ok).toBe(false);
  });

  test.each<Currency>(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])('%s only when it ends in 0', (currency) => {
    expect(chargeability(5_120, currency)).toEqual({ ok: true });
    for (const amount of [5_121, 5_125, 5_129]) expect(chargeability(amount, currency).ok).toBe(false);
  });

  test('HUF and TWD take any two decimals', () => {
    expect(chargeability(17_555, 'HUF')).toEqual({ ok: true });
    expect(chargeability(80_045, 'TWD')).toEqual({ ok: true });
  });

  test.each<[number, Currency, string]>([
    [49, 'USD', 'Stripe charges USD from USD 0.50 upwards; this amount is USD 0.49.'],
    [49, 'JPY', 'Stripe charges JPY from JPY 50 upwards; this amount is JPY 49.'],
    [100_000_000, 'EUR', 'Stripe charges EUR up to EUR 999,999.99; this amount is EUR 1,000,000.00.'],
    [100_000_000, 'KWD', 'Stripe charges KWD up to KWD 99,999.990; this amount is KWD 100,000.000.'],
    [1_250, 'ISK', 'Stripe charges ISK only in multiples of ISK 1.00; this amount is ISK 12.50.'],
    [5_124, 'KWD', 'Stripe charges KWD only in multiples of KWD 0.010; this amount is KWD 5.124.'],
  ])('the refusal of %d %s says what would be right', (amount, currency, reason) => {
    expect(chargeability(amount, currency)).toEqual({ ok: false, reason });
  });
});
