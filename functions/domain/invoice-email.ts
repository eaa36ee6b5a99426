import { type Html, html } from './email-html.ts';
import { lines, oneLine } from './email-text.ts';
import { type Currency, formatMoney } from './money.ts';

export type InvoiceEmailInput = {
  readonly businessName: string;
  readonly invoiceNumber: string;
  readonly customerName: string;
  readonly currency: Currency;
  /** In the currency's smallest unit, as is every line's amount. */
  readonly amountDue: number;
  /** `YYYY-MM-DD` */
  readonly dueDate: string | null;
  readonly memo: string | null;
  /** A line's amount is the line's total, not the unit price. */
  readonly lineItems: readonly {
    readonly description: string;
    readonly quantity: number;
    readonly amount: number;
  }[];
  readonly paymentUrl: string;
};

export type InvoiceEmail = { readonly subject: string; readonly html: string; readonly text: string };

/**
 * What is shown of each value. Together they keep the HTML below 102 KB, whatever the values are: Gmail hides what is
 * beyond, and with it perhaps the total.
 */
const SHOWN = {
  businessName: 100,
  invoiceNumber: 100,
  customerName: 100,
  description: 200,
  memo: 2_000,
  lineItems: 40,
  url: 1_500,
} as const;

/** Shorter in the subject, so that the amount behind them is never cut off. */
const SHOWN_IN_SUBJECT = { businessName: 60, invoiceNumber: 40 } as const;

/** The invoice in the words and figures that both parts of the e-mail show. */
type View = {
  readonly subject: string;
  readonly business: string;
  readonly number: string;
  readonly customer: string;
  readonly amount: string;
  readonly due: string | null;
  readonly items: readonly {
    readonly description: string;
    readonly quantity: string;
    readonly amount: string;
  }[];
  /** Says how many lines are not shown. */
  readonly more: string | null;
  readonly memo: readonly string[] | null;
  readonly url: string;
};

/**
 * The e-mail that asks a customer to pay an invoice: a subject that is safe in a header, HTML without anything to
 * load, and the same in plain text. No value can add markup, lines or links of its own.
 *
 * Throws where `paymentUrl` is not a web address that a customer may be sent to.
 */
export function renderInvoiceEmail(input: InvoiceEmailInput): InvoiceEmail {
  const view = viewOf(input);
  return { subject: view.subject, html: htmlPart(view).toString(), text: textPart(view) };
}

function viewOf(input: InvoiceEmailInput): View {
  const business = oneLine(input.businessName, SHOWN.businessName);
  const number = oneLine(input.invoiceNumber, SHOWN.invoiceNumber);
  const amount = formatMoney(input.amountDue, input.currency);
  const memo = lines(input.memo ?? '', SHOWN.memo);
  const hidden = input.lineItems.length - SHOWN.lineItems;
  return {
    subject: `Invoice ${oneLine(number, SHOWN_IN_SUBJECT.invoiceNumber)} from ${oneLine(business, SHOWN_IN_SUBJECT.businessName)}: ${amount}`,
    business,
    number,
    customer: oneLine(input.customerName, SHOWN.customerName),
    amount,
    due: input.dueDate === null ? null : `Due ${inWords(input.dueDate)}`,
    items: input.lineItems.slice(0, SHOWN.lineItems).map((item) => ({
      description: oneLine(item.description, SHOWN.description),
      quantity: `Qty ${item.quantity}`,
      amount: formatMoney(item.amount, input.currency),
    })),
    more: hidden > 0 ? `… and ${hidden} more ${hidden === 1 ? 'line' : 'lines'}` : null,
    memo: memo.join('') === '' ? null : memo,
    url: payable(input.paymentUrl),
  };
}

/** `2026-11-30` as `30 November 2026`, wherever the code runs. */
function inWords(date: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

function payable(paymentUrl: string): string {
  const url = URL.parse(paymentUrl);
  const local = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && local);
  if (url === null || !secure || url.username !== '' || url.password !== '' || url.href.length > SHOWN.url) {
    throw new Error('The payment URL of an invoice e-mail must be a plain https address');
  }
  return url.href;
}

const FOOTER =
  'sent this invoice through Fluxrate. Stripe handles the payment. If you did not expect it, or have a question, please contact them before paying.';

const RULE = '-'.repeat(48);

function textPart(view: View): string {
  const items = view.items.map((item) => `${item.description}\n    ${item.quantity}, ${item.amount}`);
  const memo = view.memo?.map((line) => `    ${line}`.trimEnd()).join('\n');
  const sections = [
    `${view.business}\nInvoice ${view.number}`,
    present([view.amount, view.due, `Billed to ${view.customer}`]).join('\n'),
    `Pay invoice:\n${view.url}`,
    ...(items.length === 0 ? [] : [RULE, ...items, view.more, `Total due: ${view.amount}`, RULE]),
    memo === undefined ? null : `Note from ${view.business}:\n${memo}`,
    `${view.business} ${FOOTER}`,
  ];
  return `${present(sections).join('\n\n')}\n`;
}

function present(parts: readonly (string | null)[]): string[] {
  return parts.filter((part) => part !== null);
}

const INK = '#1a1f36';
const DIM = '#596171';
const LINE = '#e5e8ee';
const ACCENT = '#4f46e5';
const FONT = '-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif';

const BODY = `font-size:16px;line-height:24px;color:${INK}`;
const MUTED = `font-size:16px;line-height:24px;color:${DIM}`;
const SMALL = `font-size:14px;line-height:20px;color:${DIM}`;
const CELL = `padding:12px 0;border-top:1px solid ${LINE};vertical-align:top`;
const AMOUNT_CELL = `${CELL};padding-left:16px;white-space:nowrap;font-variant-numeric:tabular-nums`;

/** What changes in the dark, by class. Inline styles are for the light, and for clients that know nothing else. */
const DARK: Readonly<Record<string, string>> = {
  page: 'background-color:#0e1014',
  card: 'background-color:#191c23;border-color:#2b303b',
  ink: 'color:#f1f3f7',
  dim: 'color:#a7aebb',
  rule: 'border-color:#2b303b',
  pay: 'background-color:#a5b0ff',
  go: 'color:#12141a',
};

function darkStyles(scope: string): string {
  return Object.entries(DARK)
    .map(([name, style]) => `${scope}.${name}{${style.replaceAll(/;|$/g, '!important$&')}}`)
    .join('\n');
}

function htmlPart(view: View): Html {
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<meta name="x-apple-disable-message-reformatting">
<title>${view.subject}</title>
<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:480px){.page{padding:0!important}.card{padding:32px 24px!important;border-radius:0!important;border-width:0!important}.amount{font-size:32px!important;line-height:40px!important}.foot{padding:24px!important}}
@media (prefers-color-scheme:dark){
${darkStyles('')}
}
</style>
<style>
${darkStyles('[data-ogsc] ')}
${darkStyles('[data-ogsb] ')}
</style>
<!--[if mso]><style>td,th,p,h1,h2,a,span{font-family:Arial,sans-serif!important}</style><![endif]-->
</head>
<body class="page" style="margin:0;padding:0;background-color:#f4f5f8;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${preheader(view)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="page" align="center" style="padding:40px 16px;background-color:#f4f5f8;font-family:${FONT};overflow-wrap:anywhere;word-break:break-word">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td class="card" align="left" style="padding:48px;background-color:#ffffff;border:1px solid ${LINE};border-radius:12px">
<p class="ink" style="margin:0 0 32px;${BODY};font-size:18px;font-weight:600"><bdi>${view.business}</bdi></p>
<h1 class="dim" style="margin:0;${MUTED};font-weight:400">Invoice <bdi>${view.number}</bdi></h1>
<p class="ink amount" style="margin:4px 0;${BODY};font-size:40px;line-height:48px;font-weight:600;letter-spacing:-0.5px">${view.amount}</p>
${view.due === null ? '' : html`<p class="dim" style="margin:0;${MUTED}">${view.due}</p>`}
<p class="dim" style="margin:0 0 32px;${MUTED}">Billed to <bdi>${view.customer}</bdi></p>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="pay" align="center" bgcolor="${ACCENT}" style="border-radius:8px;background-color:${ACCENT};mso-padding-alt:14px 24px"><a class="go" href="${view.url}" style="display:block;padding:14px 24px;border-radius:8px;font-size:16px;line-height:24px;font-weight:600;color:#ffffff;text-decoration:none">Pay invoice</a></td>
</tr></table>
<p class="dim" style="margin:16px 0 0;${SMALL}">Or copy this address into your browser:<br>${view.url}</p>
${view.items.length === 0 ? '' : itemsTable(view)}
${view.memo === null ? '' : memoSection(view.business, view.memo)}
</td></tr>
<tr><td class="foot" align="left" style="padding:24px 48px">
<p class="dim" style="margin:0;${SMALL}"><bdi>${view.business}</bdi> ${FOOTER}</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
`;
}

/** What a mailbox shows beside the subject. */
function preheader(view: View): string {
  return present([view.due, `Billed to ${view.customer}`]).join(' · ');
}

function itemsTable(view: View): Html {
  const rows = view.items.map(
    (
      item,
    ) => html`<tr><td class="ink rule" style="${BODY};${CELL}"><bdi>${item.description}</bdi><br><span class="dim" style="${SMALL}">${item.quantity}</span></td>
<td class="ink rule" align="right" style="${BODY};${AMOUNT_CELL}">${item.amount}</td></tr>
`,
  );
  return html`<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin-top:40px">
<tr><th class="dim" scope="col" align="left" style="padding:0 0 8px;${SMALL};font-weight:400">Description</th>
<th class="dim" scope="col" align="right" style="padding:0 0 8px;${SMALL};font-weight:400">Amount</th></tr>
${rows}${view.more === null ? '' : html`<tr><td class="dim rule" colspan="2" style="${MUTED};${CELL}">${view.more}</td></tr>`}
<tr><th class="ink rule" scope="row" align="left" style="${BODY};${CELL};font-weight:600">Total due</th>
<td class="ink rule" align="right" style="${BODY};${AMOUNT_CELL};font-weight:600">${view.amount}</td></tr>
</table>`;
}

function memoSection(business: string, memo: readonly string[]): Html {
  const [first = '', ...others] = memo;
  return html`<h2 class="dim" style="margin:40px 0 8px;${SMALL};font-weight:400">Note from <bdi>${business}</bdi></h2>
<p class="ink" style="margin:0;${BODY}"><bdi>${first}${others.map((line) => html`<br>${line}`)}</bdi></p>`;
}
