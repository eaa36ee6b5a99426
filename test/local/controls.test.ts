import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import { dashboardConfig } from '../../lib/dashboard-delivery.ts';
import { createControls } from '../../lib/local/controls.ts';
import { createDashboard } from '../../lib/local/dashboard.ts';
import { type DeadLetter, openDeadLetters } from '../../lib/local/dead-letters.ts';
import { openEmails } from '../../lib/local/emails.ts';
import { openEvents } from '../../lib/local/events.ts';
import { openJournal } from '../../lib/local/journal.ts';
import { startTokenIssuer } from '../../lib/local/token-issuer.ts';
import { served, temporaryFolder } from './fixtures.ts';

const issuer = await startTokenIssuer('http://localhost:4000/_local/oidc');
const emails = openEmails();
const deadLetters = openDeadLetters(openJournal(undefined, ''));
const events = openEvents(openJournal(undefined, ''));
const urls = { stripe: 'http://localhost:4001', aws: 'http://localhost:4002' };
const folder = temporaryFolder();
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<!doctype html>the page');
writeFileSync(join(folder, 'assets', 'main-1A2B.js'), 'run()');
const dashboard = createDashboard(folder, dashboardConfig(issuer.url, 'fluxrate-local'));
const url = await served(
  createControls({
    dashboard,
    issuer,
    emails,
    events,
    deadLetters,
    logs: { toString: () => '{"line":"x"}\n' },
    urls,
  }),
);
const token = (body: string) => fetch(`${url}/_local/token`, { method: 'POST', body });

describe('tokens', () => {
  it('are the local issuer’s, with both scopes unless told otherwise', async () => {
    const { access_token } = JSON.parse(await (await token('{"org_id":"acme"}')).text());
    const { payload } = await jwtVerify(access_token, issuer.getKey);
    expect(payload).toMatchObject({ org_id: 'acme', scope: 'fluxrate/read fluxrate/write', iss: issuer.url });
    const jwks = JSON.parse(await (await fetch(`${url}/_local/oidc/jwks`)).text());
    expect(jwks.keys).toMatchObject([{ kty: 'RSA', alg: 'RS256' }]);
    expect(jwks.keys[0]).not.toHaveProperty('d');
  });

  it.each(['', '{}', '{"org_id":""}', '{"org_id":"a","role":"admin"}'])(
    'are refused for %s',
    async (body) => {
      const response = await token(body);
      expect(response.status).toBe(422);
      expect(await response.json()).toEqual({ message: expect.any(String) });
    },
  );
});

it('lists the events that were put on a bus, newest first', async () => {
  const event = { type: 't', source: 's', bus: 'b', time: '2026-11-22T05:00:00.000Z', detail: { any: 1 } };
  events.add({ ...event, id: 'one' });
  events.add({ ...event, id: 'two' });
  events.add({ ...event, id: 'one' });
  expect(await (await fetch(`${url}/_local/events`)).json()).toEqual(
    ['one', 'two', 'one'].map((id) => ({ ...event, id })),
  );
});

describe('e-mails', () => {
  const page = () =>
    fetch(`${url}/_local/emails`, { headers: { accept: 'text/html,*/*' } }).then((r) => r.text());
  it('are JSON, or a page on which they can do nothing', async () => {
    expect(await page()).toContain('No e-mail yet');
    emails.add({
      message_id: 'm1',
      to: 'ada@example.com',
      from: 'billing@example.com',
      subject: '<script>alert(1)</script>',
      html: '<html><head><title>x</title></head><body><a href="https://pay">pay</a><script>alert(2)</script></body></html>',
      text: '</pre><script>alert(3)</script>',
      tags: {},
      sent_at: '2026-11-22T05:00:00.000Z',
    });
    expect(JSON.parse(await (await fetch(`${url}/_local/emails`)).text())).toMatchObject([
      { to: 'ada@example.com' },
    ]);
    const html = await page();
    expect(html).not.toContain('<script>');
    expect(html).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(html).toContain('&lt;head&gt;&lt;base target=&quot;_blank&quot;&gt;');
  });
});

it('lists what was given up', async () => {
  const list = async (): Promise<unknown> => (await fetch(`${url}/_local/dead-letters`)).json();
  expect(await list()).toEqual([]);
  const letter: DeadLetter = {
    version: '1.0',
    timestamp: '2026-11-22T05:00:00.000Z',
    requestContext: {
      requestId: 'one',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:finalize:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: { org_id: 'acme' },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'try_again' },
  };
  deadLetters.add(letter);
  expect(await list()).toEqual([letter]);
});

it('shows what there is at /_local/, and the functions’ logs', async () => {
  expect(await (await fetch(`${url}/_local/`)).text()).toContain('href="/_local/emails"');
  expect(await (await fetch(`${url}/_local/logs`)).text()).toBe('{"line":"x"}\n');
  expect((await fetch(`${url}/_local/nothing`)).status).toBe(404);
});

describe('the dashboard', () => {
  it.each(['/', '/prod/integrations', '/prod/invoices/inv_1?from=list', '/signed-in?code=1'])(
    'is what %s answers, under its policy',
    async (path) => {
      const response = await fetch(url + path);
      expect(await response.text()).toContain('the page');
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'cache-control': 'no-cache',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
          "connect-src 'self' http://localhost:4000; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'content-type': 'text/html; charset=utf-8',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    },
  );

  it('loads files that are kept, and says where one is missing', async () => {
    const response = await fetch(`${url}/assets/main-1A2B.js`);
    expect(await response.text()).toBe('run()');
    expect(response.headers.get('cache-control')).toContain('immutable');
    const missing = await fetch(`${url}/assets/main-0000.js`);
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-cache']);
  });

  it('is told its issuer and its client', async () => {
    expect(await (await fetch(`${url}/config.json`)).json()).toEqual({
      issuer: issuer.url,
      client_id: 'fluxrate-local',
      scope: 'openid fluxrate/read fluxrate/write',
    });
  });
});

it('is for this machine only, also where the port is tunnelled', async () => {
  const status = await new Promise((resolve) => {
    request(`${url}/_local/token`, { method: 'POST', headers: { host: 'tunnel.example' } })
      .on('response', (response) => resolve(response.statusCode))
      .end('{"org_id":"acme"}');
  });
  expect(status).toBe(403);
});
