import { html, raw } from 'hono/html';
import { formatAmount } from './currencies.ts';
import { STYLES } from './hosted-page-styles.ts';
import type { Item } from './world.ts';

export type Markup = ReturnType<typeof html>;

export type Offer = {
  seller: string;
  items: readonly Item[];
  currency: string;
  total: number;
  submitType: string;
  session: string;
};

export type Entered = { email: string; method?: string; problem?: string };

export type Message = { tone: 'good' | 'neutral'; title: string; text: string };

/** What is sold, and the form that pays for it. */
export function formPage(offer: Offer, entered: Entered): Markup {
  const debit = entered.method === 'us_bank_account';
  return layout(
    `Pay ${offer.seller}`,
    html`<main class="checkout">
      ${summary(offer)}
      <section class="card" aria-label="Payment">
        <form method="post" action="?">
          <input type="hidden" name="session" value="${offer.session}">
          ${entered.problem ? html`<p class="problem" role="alert">${entered.problem}</p>` : ''}
          <label class="field">
            <span>E-mail</span>
            <input type="email" name="email" value="${entered.email}" autocomplete="email" required>
          </label>
          <fieldset>
            <legend>Payment method</legend>
            <label class="method">
              <input type="radio" name="method" value="card" ${debit ? '' : raw('checked')}>
              <span>Card</span>
            </label>
            <label class="method">
              <input type="radio" name="method" value="us_bank_account" ${debit ? raw('checked') : ''}>
              <span>Bank debit <small>takes a few days</small></span>
            </label>
          </fieldset>
          <label class="field card-number">
            <span>Card number</span>
            <input name="card" inputmode="numeric" autocomplete="off" maxlength="25"
              placeholder="4242 4242 4242 4242" aria-describedby="cards">
            <small id="cards"><code>4242 4242 4242 4242</code> pays<br><code>4000 0000 0000 0002</code> is declined</small>
          </label>
          <button>${VERBS[offer.submitType] ?? 'Pay'} ${formatAmount(offer.total, offer.currency)}</button>
        </form>
      </section>
    </main>`,
  );
}

/** A page that has one thing to say. */
export function messagePage(message: Message, seller: string | null, offer?: Offer): Markup {
  return layout(
    message.title,
    html`<main class="message">
      <section class="card">
        <div class="mark ${message.tone}" aria-hidden="true">${message.tone === 'good' ? '✓' : '–'}</div>
        <h1>${message.title}</h1>
        <p>${message.text}</p>
        ${offer ? html`<p class="total">${formatAmount(offer.total, offer.currency)}</p>` : ''}
        ${seller === null ? '' : html`<p class="seller">${seller}</p>`}
      </section>
    </main>`,
  );
}

const VERBS: Readonly<Record<string, string>> = { book: 'Book', donate: 'Donate' };

function summary({ seller, items, currency, total }: Offer): Markup {
  return html`<section class="summary" aria-label="Order">
    <p class="seller">${seller}</p>
    <h1>${formatAmount(total, currency)}</h1>
    <ul>
      ${items.map(
        (item) => html`<li>
          <div>
            <strong>${item.name}</strong>
            ${item.description ? html`<p>${item.description}</p>` : ''}
            ${item.quantity > 1 ? html`<p>${item.quantity} × ${formatAmount(item.unit_amount, currency)}</p>` : ''}
          </div>
          <span>${formatAmount(item.unit_amount * item.quantity, currency)}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}

function layout(title: string, content: Markup): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>${title}</title>
        <style>${raw(STYLES)}</style>
      </head>
      <body>
        <p class="badge">Test stand-in <span>no real money moves</span></p>
        ${content}
      </body>
    </html>`;
}
