import { AssertionError } from 'node:assert';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  Events,
  type MutableRedirectUri,
  type MutableResponse,
  type OAuth2Service,
} from 'oauth2-mock-server';
import * as v from 'valibot';
import { signInPage } from './sign-in-page.ts';

/** What a person chose at sign-in, and what tokens then say of it. */
export type Session = { readonly orgId: string; readonly subject: string; readonly scope: string };

/** The claims of Cognito's tokens, its own client's. */
export type ClaimsOf = (session: Session, tokenUse: 'access' | 'id') => Record<string, unknown>;

const OrgId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const TokenRequest = v.object({
  grant_type: v.string(),
  code: v.optional(v.string()),
  code_verifier: v.optional(v.string()),
  refresh_token: v.optional(v.string()),
});
const Issued = v.looseObject({ refresh_token: v.optional(v.string()) });

/**
 * The authorization code flow with PKCE, with a page at which a person says whose tenant it is: nobody has a password here.
 * The code is redeemed once; its refresh token lives as long as the process.
 */
export function signInThrough(service: OAuth2Service, claimsOf: ClaimsOf): RequestListener {
  /** By code, and then by refresh token. */
  const sessions = new Map<string, Session>();
  const sessionOf = (request: { readonly body?: unknown }): Session | undefined => {
    const asked = v.safeParse(TokenRequest, request.body);
    if (!asked.success) return undefined;
    const { grant_type, code, code_verifier, refresh_token } = asked.output;
    // The service checks a verifier only where there is one.
    if (grant_type === 'authorization_code' && !code_verifier) return undefined;
    return sessions.get((grant_type === 'refresh_token' ? refresh_token : code) ?? '');
  };

  service.on(Events.BeforeAuthorizeRedirect, ({ url }: MutableRedirectUri, request: IncomingMessage) => {
    const code = url.searchParams.get('code');
    const asked = queryOf(request);
    if (!isOnThisMachine(url)) throw new AssertionError({ message: 'redirect_uri is not on this machine' });
    if (!asked.has('code_challenge')) throw new AssertionError({ message: 'code_challenge is missing' });
    if (code) {
      const orgId = v.parse(OrgId, asked.get('org_id'));
      sessions.set(code, { orgId, subject: randomUUID(), scope: asked.get('scope') ?? '' });
    }
  });
  service.on(Events.BeforeTokenSigning, ({ payload }, request) => {
    const session = sessionOf(request);
    if (session) Object.assign(payload, claimsOf(session, 'aud' in payload ? 'id' : 'access'));
  });
  service.on(Events.BeforeResponse, (response: MutableResponse, request) => {
    const session = sessionOf(request);
    if (!session) {
      Object.assign(response, { statusCode: 400, body: { error: 'invalid_grant' } });
      return;
    }
    const issued = v.parse(Issued, response.body);
    if (issued.refresh_token) sessions.set(issued.refresh_token, session);
    Object.assign(response, { body: { ...issued, scope: session.scope } });
  });
  service.on(Events.BeforePostLogoutRedirect, ({ url }: MutableRedirectUri) => {
    if (!isOnThisMachine(url)) throw new AssertionError({ message: 'that address is not on this machine' });
  });

  return (request, response) => {
    const query = queryOf(request);
    const path = request.url?.split('?')[0];
    if (path === '/authorize' && !v.is(OrgId, query.get('org_id'))) {
      void showSignIn(response, query);
      return;
    }
    // Cognito's own name for it.
    const logoutUri = query.get('logout_uri');
    if (path === '/endsession' && logoutUri && !query.has('post_logout_redirect_uri')) {
      request.url = `${path}?${new URLSearchParams({ post_logout_redirect_uri: logoutUri })}`;
    }
    service.requestHandler(request, response);
  };
}

async function showSignIn(response: ServerResponse, query: URLSearchParams): Promise<void> {
  const page = await signInPage(query);
  response.writeHead(200, {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'content-type': 'text/html; charset=utf-8',
  });
  response.end(page.toString());
}

const queryOf = ({ url = '/' }: IncomingMessage) => new URL(url, 'http://localhost').searchParams;

/** A page elsewhere must not get tokens, although they open nothing but this machine. */
const isOnThisMachine = ({ hostname }: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
