import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeJwt, jwtVerify } from 'jose';
import * as v from 'valibot';
import { authorize } from '../../lib/local/authorizer.ts';
import { audience, issuerPath, startTokenIssuer } from '../../lib/local/token-issuer.ts';
import { served } from './fixtures.ts';

const issuer = await startTokenIssuer(`http://localhost:4000${issuerPath}`);
const url = (await served(issuer.handle)) + issuerPath;

const Tokens = v.object({
  access_token: v.string(),
  id_token: v.string(),
  refresh_token: v.string(),
  expires_in: v.number(),
  scope: v.string(),
});
const scope = 'openid fluxrate/read fluxrate/write';
const verifier = randomBytes(32).toString('base64url');
const asked = {
  response_type: 'code',
  client_id: audience,
  redirect_uri: 'http://localhost:4000/signed-in',
  scope,
  state: 'state-1',
  nonce: 'nonce-1',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};

const authorizeAt = (query: Record<string, string>) =>
  fetch(`${url}/authorize?${new URLSearchParams(query)}`, { redirect: 'manual' });
const tokens = (body: Record<string, string>) =>
  fetch(`${url}/token`, { method: 'POST', body: new URLSearchParams({ client_id: audience, ...body }) });

/** As the form sends it. */
async function codeFor(orgId: string): Promise<string> {
  const response = await authorizeAt({ ...asked, org_id: orgId });
  return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
}
async function signIn(orgId: string) {
  const response = await tokens({
    grant_type: 'authorization_code',
    code: await codeFor(orgId),
    code_verifier: verifier,
    redirect_uri: asked.redirect_uri,
  });
  return v.parse(Tokens, await response.json());
}

describe('signing in', () => {
  it('asks for the organization first, and for one that can be', async () => {
    for (const query of [asked, { ...asked, org_id: '' }, { ...asked, org_id: '<b>' }]) {
      const response = await authorizeAt(query);
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(text).toContain('<label for="org_id">Organization</label>');
      expect(text).toContain(`name="code_challenge" value="${asked.code_challenge}"`);
      expect(text).not.toContain('<script');
      expect(text).not.toContain('<b>');
    }
  });

  it('ends at the page, with its state', async () => {
    const location = new URL((await authorizeAt({ ...asked, org_id: 'acme' })).headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(asked.redirect_uri);
    expect(location.searchParams.get('state')).toBe('state-1');
  });

  it('gives tokens that the API takes, of the tenant that was chosen', async () => {
    const { access_token, id_token, expires_in, scope: given } = await signIn('globex');
    expect(given).toBe(scope);
    expect(expires_in).toBeGreaterThanOrEqual(3600);
    const authorizer = { issuer: issuer.url, audience: [audience] };
    expect(
      await authorize(`Bearer ${access_token}`, authorizer, ['fluxrate/write'], issuer.getKey),
    ).toMatchObject({ kind: 'authorized', claims: { org_id: 'globex', token_use: 'access' } });
    const { payload } = await jwtVerify(id_token, issuer.getKey, { audience, issuer: issuer.url });
    expect(payload).toMatchObject({ nonce: 'nonce-1', 'custom:org_id': 'globex', token_use: 'id' });
    expect(payload.sub).toBe(decodeJwt(access_token).sub);
    expect(await authorize(`Bearer ${id_token}`, authorizer, ['fluxrate/read'], issuer.getKey)).toMatchObject(
      {
        kind: 'forbidden',
      },
    );
  });

  it('goes on with a refresh token, as the same person', async () => {
    const first = await signIn('acme');
    const second = await tokens({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
    const { access_token } = v.parse(Tokens, await second.json());
    const { sub, org_id, scope } = decodeJwt(first.access_token);
    expect(decodeJwt(access_token)).toMatchObject({ sub, org_id, scope });
  });
});

describe('refused is', () => {
  it('a code without its verifier, with another, or a second time', async () => {
    const request = (code: string, more = {}) => tokens({ grant_type: 'authorization_code', code, ...more });
    const other = randomBytes(32).toString('base64url');
    const code = await codeFor('acme');
    expect((await request(await codeFor('acme'))).status).toBe(400);
    expect((await request(await codeFor('acme'), { code_verifier: other })).status).toBe(400);
    expect((await request(code, { code_verifier: verifier })).status).toBe(200);
    expect((await request(code, { code_verifier: verifier })).status).toBe(400);
  });

  it('an unknown refresh token, and every other grant', async () => {
    for (const body of [
      { grant_type: 'refresh_token', refresh_token: 'none' },
      { grant_type: 'client_credentials', scope },
      { grant_type: 'password', username: 'x', scope },
    ]) {
      const response = await tokens(body);
      expect([response.status, await response.json()]).toEqual([400, { error: 'invalid_grant' }]);
    }
  });

  it('a page elsewhere, and one that brings no challenge', async () => {
    const elsewhere = { ...asked, org_id: 'acme', redirect_uri: 'https://evil.example/signed-in' };
    const { code_challenge: _, ...without } = { ...asked, org_id: 'acme' };
    for (const query of [elsewhere, without]) {
      const response = await authorizeAt(query);
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    }
  });
});

describe('signing out', () => {
  const signOut = (query: Record<string, string>) =>
    fetch(`${url}/endsession?${new URLSearchParams(query)}`, { redirect: 'manual' });

  it.each(['post_logout_redirect_uri', 'logout_uri'])('sends back to what %s names', async (name) => {
    const response = await signOut({ [name]: 'http://localhost:4000/signed-out' });
    expect(response.headers.get('location')).toBe('http://localhost:4000/signed-out');
  });

  it('sends nobody elsewhere', async () => {
    expect((await signOut({ logout_uri: 'https://evil.example/' })).status).toBe(400);
  });
});
