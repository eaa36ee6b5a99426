import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDecimal, formatMoney, parseMoney } from '../../dashboard/src/format/money.ts';
import { CURRENCIES, toMajorUnits } from '../../functions/domain/money.ts';

const digitsOf = (text: string) => text.replace(/\D/g, '');

describe('money', () => {
  it.each([
    [129_900, 'USD', '129900'],
    [500, 'JPY', '500'],
    [12_340, 'KWD', '12340'],
    [50_000, 'ISK', '50000'],
    [50_000, 'UGX', '50000'],
    [123_450, 'AFN', '123450'],
    [9_007_199_254_740_991, 'USD', '9007199254740991'],
  ])('shows every digit of %d %s', (amount, currency, digits) => {
    expect(digitsOf(formatMoney(amount, currency))).toBe(digits);
  });

  it('shows a decimal as it is', () => {
    expect(digitsOf(formatDecimal('12.340', 'KWD'))).toBe('12340');
    expect(formatDecimal('n/a', 'USD')).toBe('n/a USD');
  });

  it('reads what it is given in major units', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 50 }),
        fc.constantFrom(...CURRENCIES),
        (amount, currency) => {
          expect(parseMoney(toMajorUnits(amount, currency), currency)).toBe(amount);
        },
      ),
    );
  });

  it.each([
    ['', 'USD'],
    ['0', 'USD'],
    ['-1', 'USD'],
    ['1.234', 'USD'],
    ['1.5', 'JPY'],
    ['1,000', 'USD'],
    ['1e3', 'USD'],
    ['99999999999999999', 'USD'],
  ])('does not take %j for an amount in %s', (typed, currency) => {
    expect(parseMoney(typed, currency)).toBeNull();
  });
});
