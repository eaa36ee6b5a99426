import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import { createControls } from '../../lib/local/controls.ts';
import { openEmails } from '../../lib/local/emails.ts';
import { startTokenIssuer } from '../../lib/local/token-issuer.ts';
import { served } from './fixtures.ts';

const issuer = await startTokenIssuer('http://localhost:4000/_local/oidc');
const emails = openEmails();
const urls = { stripe: 'http://localhost:4001', aws: 'http://localhost:4002' };
const url = await served(
  createControls({ issuer, emails, logs: { toString: () => '{"line":"x"}\n' }, urls }),
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

it('shows a page at / and the functions’ logs', async () => {
  expect(await (await fetch(url)).text()).toContain('href="/_local/emails"');
  expect(await (await fetch(`${url}/_local/logs`)).text()).toBe('{"line":"x"}\n');
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
});

it('is for this machine only, also where the port is tunnelled', async () => {
  const status = await new Promise((resolve) => {
    request(`${url}/_local/token`, { method: 'POST', headers: { host: 'tunnel.example' } })
      .on('response', (response) => resolve(response.statusCode))
      .end('{"org_id":"acme"}');
  });
  expect(status).toBe(403);
});
