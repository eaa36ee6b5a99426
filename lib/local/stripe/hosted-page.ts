import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { Backend } from './backend.ts';
import { beginSession, isUsedUp } from './checkout.ts';
import { formPage, type Markup, messagePage, type Offer } from './hosted-page-views.ts';
import { displayName } from './objects/account.ts';
import { linkIdOf } from './payment-links.ts';
import { type Outcome, pay } from './payments.ts';
import { StripeError } from './stripe-error.ts';
import type { LinkRow, SessionRow } from './world.ts';

const form = v.object({
  session: v.string(),
  email: v.pipe(v.string(), v.trim(), v.regex(/^[^\s@]+@[^\s@]+$/, 'Enter your e-mail address.')),
  method: v.picklist(['card', 'us_bank_account'], 'Choose how to pay.'),
  card: v.optional(v.string(), ''),
});

const CARDS: Readonly<Record<string, Outcome>> = {
  '4242424242424242': 'paid',
  '5555555555554444': 'paid',
  '378282246310005': 'paid',
  '4000000000000002': 'declined',
  '4000000000009995': 'declined',
};

/** The page behind a payment link: an ordinary form, which a browser can send without JavaScript. */
export function hostedPage(backend: Backend): Hono {
  const { world } = backend;
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    c.header(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cache-Control', 'no-store');
  });

  app.get('/:slug', (c) => {
    const link = world.links.find(linkIdOf(c.req.param('slug')));
    if (!link) return show(c, 404, notFound());
    const closed = closedPage(link);
    if (closed) return show(c, 200, closed);
    const session = beginSession(backend, link, {
      email: c.req.query('prefilled_email') || null,
      clientReferenceId: clientReference(c.req.query('client_reference_id')),
    });
    return show(c, 200, formPage(offerOf(link, session), { email: session.object.customer_email ?? '' }));
  });

  app.post('/:slug', async (c) => {
    const link = world.links.find(linkIdOf(c.req.param('slug')));
    if (!link) return show(c, 404, notFound());
    const body = await c.req.parseBody();
    const session = world.sessions.find(String(body['session']));
    if (session?.object.payment_link !== link.object.id) return show(c, 404, notFound());

    const again = (status: 400 | 402, problem: string) => {
      const method = String(body['method'] ?? 'card');
      return show(
        c,
        status,
        formPage(offerOf(link, session), { email: String(body['email'] ?? ''), method, problem }),
      );
    };
    const given = v.safeParse(form, body);
    if (!given.success) return again(400, given.issues[0].message);
    const outcome = outcomeOf(given.output);
    if (!outcome) return again(400, 'Your card number is invalid. Use one of the test cards.');

    try {
      pay(backend, link, { outcome, session, email: given.output.email });
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      return show(c, 409, closedPage(link) ?? messagePage(CLOSED_SESSION, sellerOf(link)));
    }
    if (outcome === 'declined')
      return again(402, 'Your card was declined. Try another card, or another way to pay.');
    return c.redirect(afterCompletion(link, session, c.req.path), 303);
  });

  app.get('/:slug/done/:session', (c) => {
    const link = world.links.find(linkIdOf(c.req.param('slug')));
    const session = world.sessions.find(c.req.param('session'));
    if (!link || session?.object.payment_link !== link.object.id || session.object.status !== 'complete') {
      return show(c, 404, notFound());
    }
    const paid = session.object.payment_status === 'paid';
    const custom = link.object.after_completion.hosted_confirmation?.custom_message;
    return show(
      c,
      200,
      messagePage(
        {
          tone: 'good',
          title: paid ? 'Thanks for your payment' : 'Your bank debit is on its way',
          text:
            custom ??
            (paid
              ? 'The payment is complete.'
              : 'The payment takes a few days. You need not do anything more.'),
        },
        sellerOf(link),
        offerOf(link, session),
      ),
    );
  });

  function sellerOf(link: LinkRow): string {
    const account = link.scope.split('/')[0] ?? '';
    return world.accountNames.find(account)?.object ?? displayName(null);
  }

  function offerOf(link: LinkRow, session: SessionRow): Offer {
    return {
      seller: sellerOf(link),
      items: session.items,
      currency: link.object.currency,
      total: session.object.amount_total ?? 0,
      submitType: link.object.submit_type,
      session: session.object.id,
    };
  }

  function closedPage(link: LinkRow): Markup | null {
    const now = world.links.find(link.object.id)?.object ?? link.object;
    if (isUsedUp(now)) {
      const text = now.inactive_message ?? 'This link has been paid, and can no longer be used.';
      return messagePage({ tone: 'neutral', title: 'Already paid', text }, sellerOf(link));
    }
    if (now.active) return null;
    const text = now.inactive_message ?? 'This link is no longer active. Ask the seller for a new one.';
    return messagePage({ tone: 'neutral', title: 'Link deactivated', text }, sellerOf(link));
  }

  return app;
}

const CLOSED_SESSION = {
  tone: 'neutral',
  title: 'This page has expired',
  text: 'The payment was completed elsewhere, or the page was open for too long.',
} as const;

function notFound(): Markup {
  return messagePage(
    { tone: 'neutral', title: 'Page not found', text: 'There is no such payment link here.' },
    null,
  );
}

function show(c: Context, status: 200 | 400 | 402 | 404 | 409, page: Markup): Response | Promise<Response> {
  return c.html(page, status);
}

function outcomeOf({ method, card }: v.InferOutput<typeof form>): Outcome | undefined {
  return method === 'us_bank_account' ? 'delayed' : CARDS[card.replaceAll(/[\s-]/g, '')];
}

function afterCompletion(link: LinkRow, session: SessionRow, path: string): string {
  const redirect = link.object.after_completion.redirect?.url;
  if (redirect === undefined) return `${path}/done/${session.object.id}`;
  return redirect.replaceAll('{CHECKOUT_SESSION_ID}', session.object.id);
}

/** As at Stripe: what does not fit is dropped without a word. */
function clientReference(value: string | undefined): string | null {
  return value !== undefined && /^[\w-]{1,200}$/.test(value) ? value : null;
}
