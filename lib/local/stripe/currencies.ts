const SUPPORTED = new Set(
  `aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny
  cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd
  jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad
  ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl
  thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw`.split(
    /\s+/,
  ),
);

const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));
const WHOLE_UNITS_ONLY = new Set(['isk', 'ugx']);

/** The smallest charge in the currency's smallest unit, where Stripe's documentation names one. */
const MINIMUM: Readonly<Record<string, number>> = {
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};

/** Major units for one US dollar: plausible, and always the same. 1 for any currency not named. */
const PER_DOLLAR: Readonly<Record<string, number>> = {
  aud: 1.52,
  cad: 1.36,
  chf: 0.88,
  eur: 0.92,
  gbp: 0.79,
  inr: 83,
  jpy: 150,
  kwd: 0.31,
  mxn: 17,
  sek: 10.5,
};

export function isSupported(currency: string): boolean {
  return SUPPORTED.has(currency);
}

export function supportedCurrencies(): string {
  return [...SUPPORTED].join(', ');
}

export function exponentOf(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

export type AmountProblem = { code: string; message: string };

/** What Stripe would say against charging this, or null. */
export function amountProblem(amount: number, currency: string): AmountProblem | null {
  const minimum = MINIMUM[currency] ?? 1;
  const maximum = currency === 'idr' ? 999_999_999_999 : 99_999_999;
  const shown = (value: number) => `${formatAmount(value, currency)} ${currency}`;

  if (amount < minimum) {
    return {
      code: 'amount_too_small',
      message: `The Checkout Session's total amount due must add up to at least ${shown(minimum)}`,
    };
  }
  if (amount > maximum) {
    return {
      code: 'amount_too_large',
      message: `The Checkout Session's total amount due must be no more than ${shown(maximum)}`,
    };
  }
  if (THREE_DECIMAL.has(currency) && amount % 10 !== 0) {
    return { code: 'parameter_invalid_integer', message: `Invalid amount: ${currency} must end in 0` };
  }
  if (WHOLE_UNITS_ONLY.has(currency) && amount % 100 !== 0) {
    return { code: 'parameter_invalid_integer', message: `Invalid amount: ${currency} must end in 00` };
  }
  return null;
}

/** `129900, 'usd'` → `$1,299.00`; always with the digits that the currency is charged in. */
export function formatAmount(amount: number, currency: string): string {
  const digits = exponentOf(currency);
  const format = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(amount / 10 ** digits);
}

/** The same value in another currency, in its smallest unit. */
export function convert(amount: number, from: string, to: string): number {
  const dollars = amount / 10 ** exponentOf(from) / (PER_DOLLAR[from] ?? 1);
  return Math.round(dollars * (PER_DOLLAR[to] ?? 1) * 10 ** exponentOf(to));
}
