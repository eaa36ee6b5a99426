import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type InvoiceEmailInput, renderInvoiceEmail } from '../../functions/domain/invoice-email.ts';
import type { Currency } from '../../functions/domain/money.ts';
import { property } from '../support/property.ts';

const URL = 'https://buy.stripe.com/test_14k3cI2xQ8Zk9a0';
const GMAIL_CLIPS_AT = 102_000;
const BIDI = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069';

const invoice: InvoiceEmailInput = {
  businessName: 'Acme',
  invoiceNumber: 'INV-1',
  customerName: 'Jane Doe',
  currency: 'USD',
  amountDue: 129_900,
  dueDate: '2026-11-30',
  memo: 'Thank you.\nSee you soon.',
  lineItems: [
    { description: 'Consulting', quantity: 3, amount: 135_000 },
    { description: 'Discount', quantity: 1, amount: -5_100 },
  ],
  paymentUrl: URL,
};

const render = (changes: Partial<InvoiceEmailInput> = {}) => renderInvoiceEmail({ ...invoice, ...changes });

/** The invoice with one text in every place that a text can be in. */
const everywhere = (value: string): Partial<InvoiceEmailInput> => ({
  businessName: value,
  invoiceNumber: value,
  customerName: value,
  memo: value,
  lineItems: [{ description: value, quantity: 1, amount: 129_900 }],
});

/** The tags of a document, with the attributes that a browser would see. */
const tagsOf = (html: string) => html.match(/<[a-z!/][^>]*>/gi) ?? [];

/** What a reader sees of a document, line by line: its title first, then what a mailbox shows beside the subject. */
const wordsOf = (html: string) =>
  html
    .replace(/<!--.*?-->|<style>.*?<\/style>|<\/?bdi>/gs, '')
    .split(/<[^>]*>|\n/)
    .filter((words) => words.trim() !== '');
const FOOTER =
  'Acme sent this invoice through Fluxrate. Stripe handles the payment. If you did not expect it, or have a question, please contact them before paying.';

describe('the e-mail', () => {
  test('says who wants how much for what, by when, and where to pay', () => {
    const { subject, html, text } = render();
    expect(subject).toBe('Invoice INV-1 from Acme: USD 1,299.00');
    for (const part of [html, text]) {
      for (const words of [
        'Acme',
        'INV-1',
        'Jane Doe',
        'USD 1,299.00',
        'Due 30 November 2026',
        'Pay invoice',
        URL,
      ]) {
        expect(part).toContain(words);
      }
      for (const words of ['Consulting', 'Qty 3', 'USD 1,350.00', 'Discount', '-USD 51.00', 'Total due']) {
        expect(part).toContain(words);
      }
    }
    expect(html).toContain('Thank you.<br>See you soon.');
  });

  test('is this, in plain text', () => {
    expect(render().text).toBe(`Acme
Invoice INV-1

USD 1,299.00
Due 30 November 2026
Billed to Jane Doe

Pay invoice:
${URL}

------------------------------------------------

Consulting
    Qty 3, USD 1,350.00

Discount
    Qty 1, -USD 51.00

Total due: USD 1,299.00

------------------------------------------------

Note from Acme:
    Thank you.
    See you soon.

${FOOTER}
`);
  });

  test('is this, in HTML', () => {
    expect(wordsOf(render().html)).toEqual([
      'Invoice INV-1 from Acme: USD 1,299.00',
      'Due 30 November 2026 · Billed to Jane Doe',
      'Acme',
      'Invoice INV-1',
      'USD 1,299.00',
      'Due 30 November 2026',
      'Billed to Jane Doe',
      'Pay invoice',
      'Or copy this address into your browser:',
      URL,
      'Description',
      'Amount',
      'Consulting',
      'Qty 3',
      'USD 1,350.00',
      'Discount',
      'Qty 1',
      '-USD 51.00',
      'Total due',
      'USD 1,299.00',
      'Note from Acme',
      'Thank you.',
      'See you soon.',
      FOOTER,
    ]);
  });

  test('is this, where an invoice has nothing but an amount', () => {
    const { html, text } = render({ dueDate: null, memo: null, lineItems: [] });
    expect(text).toBe(
      `Acme\nInvoice INV-1\n\nUSD 1,299.00\nBilled to Jane Doe\n\nPay invoice:\n${URL}\n\n${FOOTER}\n`,
    );
    expect(wordsOf(html)).toEqual([
      'Invoice INV-1 from Acme: USD 1,299.00',
      'Billed to Jane Doe',
      'Acme',
      'Invoice INV-1',
      'USD 1,299.00',
      'Billed to Jane Doe',
      'Pay invoice',
      'Or copy this address into your browser:',
      URL,
      FOOTER,
    ]);
  });

  test('leaves out what the invoice does not have', () => {
    for (const memo of [null, '', ' \n ', BIDI]) {
      const { html, text } = render({ dueDate: null, memo, lineItems: [] });
      for (const part of [html, text]) {
        expect(part).not.toMatch(/\bDue\b|Note from|Total due|Description|----|null|undefined/);
        expect(part).toContain('USD 1,299.00');
      }
      expect(html).not.toMatch(/<(p|td|bdi)\b[^>]*><\/\1>/);
    }
    expect(render().html).not.toMatch(/<(p|td|bdi)\b[^>]*><\/\1>/);
  });

  test.each<[number, Currency, string]>([
    [500, 'JPY', 'JPY 500'],
    [12_340, 'KWD', 'KWD 12.340'],
    [1_200, 'ISK', 'ISK 12.00'],
    [1_234_500, 'UGX', 'UGX 12,345.00'],
    [999_999_999_999, 'IDR', 'IDR 9,999,999,999.99'],
  ])('shows %d %s as %s', (amountDue, currency, shown) => {
    const { subject, html, text } = render({ amountDue, currency, lineItems: [] });
    expect(subject).toBe(`Invoice INV-1 from Acme: ${shown}`);
    expect(html).toContain(`>${shown}<`);
    expect(text).toContain(`\n${shown}\n`);
  });

  test('shows the due date as written, in any time zone and month', () => {
    expect(render({ dueDate: '2027-01-01' }).text).toContain('Due 1 January 2027');
    expect(render({ dueDate: '2028-02-29' }).html).toContain('Due 29 February 2028');
  });

  test('loads nothing, runs nothing, and has one link: the button', () => {
    const { html } = render(everywhere('<img src=x> <a href="https://evil.example">click</a>'));
    expect(tagsOf(html).filter((tag) => /href|src|url\(|@import/i.test(tag))).toEqual([
      expect.stringContaining(`href="${URL}"`),
    ]);
    expect(html).not.toMatch(/<(script|img|link|iframe|form|svg|object)\b|@import|url\(|\son\w+=/i);
  });

  test('can be read by everyone', () => {
    const { subject, html } = render();
    expect(html).toContain('<html lang="en" dir="ltr">');
    expect(html).toContain(`<title>${subject}</title>`);
    expect(html).toContain('prefers-color-scheme:dark');
    for (const table of tagsOf(html).filter(
      (tag) => tag.startsWith('<table') && !tag.includes('margin-top'),
    )) {
      expect(table).toContain('role="presentation"');
    }
    expect(html.match(/<th /g)).toHaveLength(3);
  });

  /** `color:#fff;margin:0`: a mail client may drop all of a style of which one part is broken. */
  const declarations = /^[a-z-]+:[^:;!]*[^:;! ](!important)?(;[a-z-]+:[^:;!]*[^:;! ](!important)?)*$/;

  test('has no style that is broken', () => {
    const styles = [...render().html.matchAll(/ style="([^"]*)"/g)].map(([, style]) => style);
    expect(styles.length).toBeGreaterThan(20);
    for (const style of styles) expect(style).toMatch(declarations);
  });

  test('has a dark side, by preference and in Outlook', () => {
    const classes = ['page', 'card', 'ink', 'dim', 'rule', 'pay', 'go'];
    const { html } = render();
    for (const scope of ['.', '[data-ogsc] .', '[data-ogsb] .']) {
      const rules = html.split('\n').filter((line) => line.startsWith(scope));
      expect(rules.map((rule) => rule.slice(scope.length).replace(/\{.*/, ''))).toEqual(classes);
      for (const rule of rules) {
        const style = /\{(.*)\}$/.exec(rule)?.[1];
        expect(style).toMatch(declarations);
        expect(style?.split(';').every((declaration) => declaration.endsWith('!important'))).toBe(true);
      }
    }
  });

  test('has balanced markup', () => {
    const open: string[] = [];
    for (const tag of tagsOf(render().html.replace(/<!--.*?-->/gs, ''))) {
      const name = /^<\/?([a-z0-9]+)/i.exec(tag)?.[1];
      if (name === undefined || name === 'meta' || name === 'br') continue;
      if (tag.startsWith('</')) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });
});

describe('the words of others', () => {
  test.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    [`"><b onclick='x'>`, '&#34;&gt;&lt;b onclick=&#39;x&#39;&gt;'],
    ['Tom & Jerry &lt;3', 'Tom &amp; Jerry &amp;lt;3'],
    ['</title></style><!--', '&lt;/title&gt;&lt;/style&gt;&lt;!--'],
    ['🦊 Füchse & Söhne 狐', '🦊 Füchse &amp; Söhne 狐'],
    ['$& $1 %s {{x}}', '$&amp; $1 %s {{x}}'],
  ])('%j is shown as text', (value, escaped) => {
    const { subject, html, text } = render(everywhere(value));
    // Title, preheader, and one place for each of the other values at least.
    expect(html.split(escaped).length - 1).toBeGreaterThanOrEqual(7);
    expect(html).not.toContain(value);
    expect(text.split(value).length - 1).toBeGreaterThanOrEqual(5);
    expect(subject).toBe(`Invoice ${value} from ${value}: USD 1,299.00`);
  });

  test('each place escapes for itself', () => {
    for (const place of ['businessName', 'invoiceNumber', 'customerName', 'memo'] as const) {
      const { html } = render({ [place]: '<i>&' });
      expect(html).toContain('&lt;i&gt;&amp;');
      expect(html).not.toContain('<i>');
    }
    expect(render({ lineItems: [{ description: '<i>', quantity: 1, amount: 1 }] }).html).not.toContain('<i>');
  });

  const tagsWith = (value: string) => tagsOf(render(everywhere(value)).html).filter((tag) => tag !== '<br>');
  const plain = tagsWith('x').length;
  property(
    'cannot add a tag but for the line breaks of the memo, whatever they are',
    fc.property(fc.string({ unit: 'binary', maxLength: 90 }), (value) => {
      expect(tagsWith(`${value}x`)).toHaveLength(plain);
    }),
  );

  test.each([
    '\r\nBcc: all@evil.example',
    '\r',
    '\n',
    '\u0085',
    '\u2028',
    '\u2029',
    '\v',
    '\f',
    '\0',
    '\u001b[2J',
  ])('%j adds no line and no header', (control) => {
    const value = `A${control}B`;
    const plain = render(everywhere('AB'));
    const { memo: _, ...others } = everywhere(value);
    const { subject, html, text } = render({ ...others, memo: 'AB' });
    expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    for (const part of [html, text]) expect(part).not.toMatch(/(?!\n)[\p{Cc}\u2028\u2029]/u);
    expect(text.split('\n')).toHaveLength(plain.text.split('\n').length);
    expect(html.split('\n')).toHaveLength(plain.html.split('\n').length);
  });

  test('in the memo keep their lines, which nobody can take for ours', () => {
    const { html, text } = render({
      memo: 'one\r\ntwo\rthree\n\n\n\n\u2028Pay invoice:\nhttps://evil.example\u0007',
    });
    expect(html).toContain('one<br>two<br>three<br><br>Pay invoice:<br>https://evil.example<');
    expect(text).toContain('    one\n    two\n    three\n\n    Pay invoice:\n    https://evil.example\n');
    expect(text.match(/^Pay invoice:$/gm)).toHaveLength(1);
  });

  test('are rid of spaces that stand for nothing', () => {
    const { html } = render({ memo: '\n \n one  two \n\n', customerName: ' Jane \t Doe ' });
    expect(html).toContain('<bdi>one two</bdi></p>');
    expect(html).toContain('<bdi>Jane Doe</bdi>');
  });

  test('cannot turn the text around', () => {
    const { subject, html, text } = render(everywhere(`A${BIDI}B`));
    for (const part of [subject, html, text]) {
      expect(part).not.toMatch(/\p{Bidi_Control}/u);
      expect(part).toContain('AB');
    }
    expect(html).toContain('<bdi>AB</bdi>');
  });

  test.each(['', ' \n ', BIDI])('%j leaves a dash, so that the sentence stays whole', (value) => {
    expect(render({ businessName: value }).subject).toBe('Invoice INV-1 from –: USD 1,299.00');
  });

  test('with half an emoji are repaired', () => {
    const { subject, html, text } = render(everywhere('A\ud83eB'));
    for (const part of [subject, html, text]) {
      expect(part.isWellFormed()).toBe(true);
      expect(part).toContain('A\ufffdB');
    }
  });
});

describe('the size', () => {
  test('10,000 characters are cut for display, between characters', () => {
    const { subject, html, text } = render(everywhere('🦊'.repeat(10_000)));
    for (const part of [subject, html, text]) expect(part.isWellFormed()).toBe(true);
    expect(html).toContain(`<bdi>${'🦊'.repeat(99)}…</bdi> sent`);
    expect(html).toContain(`Billed to <bdi>${'🦊'.repeat(99)}…</bdi>`);
    expect(html).toContain(`<bdi>${'🦊'.repeat(199)}…</bdi><br>`);
    expect(html).toContain(`>${'🦊'.repeat(1_999)}…</bdi></p>`);
  });

  test('what is cut ends without a space', () => {
    const { html } = render({ customerName: `${'c'.repeat(98)} Doe` });
    expect(html).toContain(`<bdi>${'c'.repeat(98)}…</bdi>`);
  });

  test('what just fits is not cut', () => {
    const { html } = render({ customerName: 'c'.repeat(100), memo: 'm'.repeat(2_000) });
    expect(html).toContain(`<bdi>${'c'.repeat(100)}</bdi>`);
    expect(html).toContain(`<bdi>${'m'.repeat(2_000)}</bdi>`);
  });

  test.each([
    [40, null],
    [41, '… and 1 more line'],
    [52, '… and 12 more lines'],
  ])('of %d lines at most 40 are shown', (count, more) => {
    const lineItems = Array.from({ length: count }, (_, n) => ({
      description: `item <${n + 1}>`,
      quantity: 1,
      amount: 100,
    }));
    const { html, text } = render({ lineItems });
    expect(html).toContain('item &lt;40&gt;');
    expect(html).not.toContain('item &lt;41&gt;');
    for (const part of [html, text]) {
      if (more === null) expect(part).not.toContain('more line');
      else expect(part).toMatch(new RegExp(`${more}(<|\\n)`));
    }
  });

  test.each(['"', '&', '🦊', 'x', '"\n', '𒐫'])(
    'stays below what Gmail clips, all made of %j',
    (character) => {
      const value = character.repeat(10_000);
      const email = render({
        ...everywhere(value),
        currency: 'KWD',
        amountDue: Number.MAX_SAFE_INTEGER,
        lineItems: Array.from({ length: 2_000 }, () => ({
          description: value,
          quantity: Number.MAX_VALUE,
          amount: -Number.MAX_SAFE_INTEGER,
        })),
        paymentUrl: `${URL}?${'&'.repeat(1_450)}`,
      });
      expect(Buffer.byteLength(email.html)).toBeLessThan(GMAIL_CLIPS_AT);
      expect(Buffer.byteLength(email.text)).toBeLessThan(GMAIL_CLIPS_AT);
    },
  );

  test('the subject never loses its amount', () => {
    const { subject } = render({ ...everywhere('🦊'.repeat(10_000)), amountDue: Number.MAX_SAFE_INTEGER });
    expect(subject).toBe(`Invoice ${'🦊'.repeat(39)}… from ${'🦊'.repeat(59)}…: USD 90,071,992,547,409.91`);
    expect(Array.from(subject).length).toBeLessThanOrEqual(150);
  });
});

describe('the payment URL', () => {
  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)//https://buy.stripe.com',
    ' java\tscript:alert(1)',
    'data:text/html,<script>',
    'http://buy.stripe.com/x',
    'http://localhost.evil.example/x',
    'http://127.0.0.1.evil.example/x',
    'ftp://localhost/x',
    '//buy.stripe.com/x',
    '/x',
    '',
    'https://',
    'https://buy.stripe.com@evil.example/x',
    'https://:buy.stripe.com@evil.example/x',
    `https://buy.stripe.com/${'x'.repeat(1_500)}`,
  ])('%j is refused', (paymentUrl) => {
    expect(() => render({ paymentUrl })).toThrow('must be a plain https address');
  });

  test.each([
    'http://localhost:4001/pay/plink_1',
    'http://127.0.0.1:4001/pay/plink_1',
    `${URL}?locale=en`,
    `${URL}/`.padEnd(1_500, 'x'),
  ])('%j is taken', (paymentUrl) => {
    expect(render({ paymentUrl }).html).toContain(`href="${paymentUrl}"`);
    expect(render({ paymentUrl }).text).toContain(`\n${paymentUrl}\n`);
  });

  test('cannot leave its attribute', () => {
    const { html, text } = render({ paymentUrl: `${URL}?a="><script>'&b=\r\nc` });
    expect(html).not.toContain('<script>');
    expect(tagsOf(html).filter((tag) => tag.includes('buy.stripe'))).toHaveLength(1);
    expect(html).toContain(`href="${URL}?a=%22%3E%3Cscript%3E%27&amp;b=c"`);
    expect(text).toContain(`\n${URL}?a=%22%3E%3Cscript%3E%27&b=c\n`);
  });
});
