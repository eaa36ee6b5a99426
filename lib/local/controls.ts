import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import * as v from 'valibot';
import type { DeadLetters } from './dead-letters.ts';
import type { Emails } from './emails.ts';
import type { Events } from './events.ts';
import { homePage, inboxPage } from './pages.ts';
import { issuerPath, type TokenIssuer } from './token-issuer.ts';

type Sources = {
  dashboard: Hono;
  issuer: TokenIssuer;
  emails: Emails;
  events: Pick<Events, 'newestFirst'>;
  deadLetters: Pick<DeadLetters, 'newestFirst'>;
  logs: { toString(): string };
  urls: { stripe: string; aws: string };
};

/** All on PORT that is not the API: the dashboard, tokens, e-mails, events, dead letters, logs, pages. For this machine only, also where PORT is tunnelled. */
export function createControls({
  dashboard,
  issuer,
  emails,
  events,
  deadLetters,
  logs,
  urls,
}: Sources): RequestListener {
  const app = new Hono();
  app.get('/_local/', (context) => context.html(homePage(urls)));
  app.post('/_local/token', async (context) => {
    try {
      return context.json({ access_token: await issuer.issue(JSON.parse(await context.req.text())) });
    } catch (error) {
      const message =
        error instanceof v.ValiError ? v.summarize(error.issues) : 'The body must be JSON: {"org_id": "…"}';
      return context.json({ message }, 422);
    }
  });
  app.get('/_local/emails', (context) => {
    const list = emails.newestFirst();
    const wantsPage = context.req.header('accept')?.includes('text/html');
    return wantsPage ? context.html(inboxPage(list, context.req.query('id'))) : context.json(list);
  });
  app.get('/_local/events', (context) => context.json(events.newestFirst()));
  app.get('/_local/dead-letters', (context) => context.json(deadLetters.newestFirst()));
  app.get('/_local/logs', (context) => context.text(logs.toString()));
  app.all('/_local/*', (context) => context.notFound());
  app.route('/', dashboard);
  app.notFound((context) => context.json({ message: 'Not Found' }, 404));
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false });

  return (request, response) => {
    if (!isLocalHost(request.headers.host)) {
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
    } else if (request.url?.startsWith(`${issuerPath}/`)) {
      issuer.handle(request, response);
    } else {
      void handle(request, response);
    }
  };
}

/** Whoever comes through a tunnel, or a web page by DNS rebinding, names another host. */
function isLocalHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? '');
}
