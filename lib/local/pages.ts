import { html, raw } from 'hono/html';
import type { Email } from './emails.ts';

export type Html = ReturnType<typeof html>;

/** What there is beside the dashboard: at `/_local/`. */
export function homePage(urls: { stripe: string; aws: string }): Html {
  return page(
    'Fluxrate for Stripe',
    html`<main class="home">
      <h1>Fluxrate for Stripe is running</h1>
      <p>Everything on this machine, nothing outside it.</p>
      <ul>
        <li><a href="/">Dashboard</a><span>connect Stripe, see events and invoices</span></li>
        <li><a href="/_local/emails">Inbox</a><span>every e-mail that was sent</span></li>
        <li><a href="/_local/events">Events</a><span>what the platform was told of invoices</span></li>
        <li><a href="/_local/logs">Logs</a><span>what the functions wrote</span></li>
        <li><a href="/_local/oidc/.well-known/openid-configuration">Token issuer</a><span>stands in for Cognito</span></li>
        <li><b>${urls.stripe}</b><span>stands in for Stripe</span></li>
        <li><b>${urls.aws}</b><span>DynamoDB, KMS, SES, EventBridge and Lambda</span></li>
      </ul>
    </main>`,
  );
}

/** The list of e-mails, and one of them open. */
export function inboxPage(emails: Email[], id?: string): Html {
  const open = emails.find(({ message_id }) => message_id === id) ?? emails[0];
  return page(
    open ? `${open.subject} · Inbox` : 'Inbox',
    html`<div class="inbox">
      <nav>
        <header><h1>Inbox</h1><span>${emails.length}</span></header>
        ${emails.map((email) => entry(email, email === open))}
      </nav>
      ${open ? message(open) : html`<main class="empty"><p>No e-mail yet. Finalize an invoice, and reload.</p></main>`}
    </div>`,
  );
}

function entry(email: Email, isOpen: boolean): Html {
  return html`<a href="?id=${encodeURIComponent(email.message_id)}" ${isOpen ? raw('aria-current="true"') : ''}>
    <span class="to">${email.to}</span>${time(email.sent_at, 'yyyy-'.length)}
    <span class="subject">${email.subject}</span>
  </a>`;
}

function message(email: Email): Html {
  return html`<main class="message">
    <h2>${email.subject}</h2>
    <dl>
      <dt>From</dt><dd>${email.from}</dd>
      <dt>To</dt><dd>${email.to}</dd>
      <dt>Sent</dt><dd>${time(email.sent_at)}</dd>
      ${Object.entries(email.tags).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
    </dl>
    ${email.html ? html`<iframe title="HTML" sandbox="${sandbox}" srcdoc="${inNewTab(email.html)}"></iframe>` : ''}
    <details ${email.html ? '' : raw('open')}><summary>Plain text</summary><pre>${email.text}</pre></details>
  </main>`;
}

/** No scripts and no origin: an e-mail may only be looked at, and its links followed. */
const sandbox = 'allow-popups allow-popups-to-escape-sandbox';

function inNewTab(emailHtml: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(emailHtml) ? emailHtml.replace(/<head[^>]*>/i, `$&${base}`) : base + emailHtml;
}

function time(at: string, from = 0): Html {
  return html`<time datetime="${at}">${at.slice(from, 16).replace('T', ' ')}</time>`;
}

/** A page of the local system, in its style. */
export function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${raw(css)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}

const css = `
:root { --line: light-dark(#e3e5ea, #2c3038); --dim: light-dark(#5d6472, #9aa3b2); --back: light-dark(#fff, #14171c);
  --side: light-dark(#f6f7f9, #1a1e25); --pick: light-dark(#e8ebfd, #272d45); --link: light-dark(#4338ca, #a5b4fc); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: var(--back); color: light-dark(#1b1f27, #e7eaf0); }
h1, h2, p, dl, dd { margin: 0; }
a { color: var(--link); }
time, dt, .home span, .empty { color: var(--dim); }
.home { max-width: 40rem; margin: 12vh auto; padding: 0 1.5rem; }
.home ul { list-style: none; margin: 2rem 0 0; padding: 0; border: 1px solid var(--line); border-radius: 12px; }
.home li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; padding: .75rem 1rem; }
.home li + li { border-top: 1px solid var(--line); }
.sign-in { max-width: 22rem; margin: 12vh auto; padding: 0 1.5rem; }
.sign-in form { display: grid; gap: .4rem; margin-top: 1.5rem; }
.sign-in label { font-weight: 600; }
.sign-in input { font: inherit; padding: .55rem .7rem; color: inherit; background: var(--back); border: 1px solid light-dark(#8a91a0, #727b8c); border-radius: 8px; }
.sign-in p, .sign-in small { color: var(--dim); }
.sign-in button { margin-top: .8rem; font: inherit; font-weight: 600; padding: .6rem; color: #fff; background: #4338ca; border: 0; border-radius: 8px; cursor: pointer; }
.inbox { display: grid; grid-template-columns: 20rem minmax(0, 1fr); height: 100vh; }
nav { background: var(--side); border-right: 1px solid var(--line); overflow-y: auto; }
nav header { display: flex; justify-content: space-between; align-items: baseline; padding: 1rem; color: var(--dim); }
nav h1 { font-size: 1.1rem; color: light-dark(#1b1f27, #e7eaf0); }
nav a { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 .75rem; padding: .7rem 1rem; color: inherit;
  text-decoration: none; border-top: 1px solid var(--line); font-size: .9rem; }
nav a[aria-current] { background: var(--pick); }
.to { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.subject { grid-column: 1 / -1; color: var(--dim); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.message { display: flex; flex-direction: column; gap: 1rem; padding: 1.5rem; min-height: 0; overflow-y: auto; }
.message h2 { font-size: 1.3rem; line-height: 1.3; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem 1rem; font-size: .9rem; }
dd { overflow-wrap: anywhere; }
iframe { flex: 1 0 30rem; width: 100%; border: 1px solid var(--line); border-radius: 10px; background: var(--back); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
.empty { display: grid; place-items: center; }
@media (max-width: 45rem) { .inbox { grid-template-columns: 1fr; height: auto; } nav { max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); } }
`;
