import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTVerifyGetKey } from 'jose';
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import * as v from 'valibot';
import { type Session, signInThrough } from './sign-in.ts';
import { storedJson } from './stored-json.ts';

export const issuerPath = '/_local/oidc';
export const audience = 'fluxrate-local';

const TokenRequest = v.strictObject({
  org_id: v.pipe(v.string(), v.minLength(1)),
  scope: v.optional(v.string(), 'fluxrate/read fluxrate/write'),
  /** An ID token has no scope, as Cognito's. */
  token_use: v.optional(v.picklist(['access', 'id']), 'access'),
  expires_in: v.optional(v.pipe(v.number(), v.integer()), 12 * 3600),
  audience: v.optional(v.string(), audience),
});

export type TokenIssuer = {
  url: string;
  /** A token with the claims that Cognito's would have; throws valibot's error for a request of another form. */
  issue(request: unknown): Promise<string>;
  getKey: JWTVerifyGetKey;
  /** OpenID discovery, JWKS, sign-in, tokens and sign-out, at paths below `issuerPath`. */
  handle: RequestListener;
};

/** As Cognito's: an access token names its client and no audience; an ID token has no scope. */
function claimsOf(
  { orgId, subject, scope }: Session,
  token_use: 'access' | 'id',
  clientId: string,
): Record<string, unknown> {
  const common = { sub: subject, jti: randomUUID(), token_use };
  return token_use === 'id'
    ? { ...common, aud: clientId, org_id: orgId, 'custom:org_id': orgId, email: `you@${orgId}.example` }
    : { ...common, client_id: clientId, org_id: orgId, scope, version: 2 };
}

/** Stands where the Cognito user pool stands on AWS. */
export async function startTokenIssuer(url: string, dataDir?: string): Promise<TokenIssuer> {
  const issuer = new OAuth2Issuer();
  issuer.url = url;
  const stored = storedJson(
    dataDir,
    'token-issuer.json',
    v.object({ key: v.optional(v.looseObject({})) }),
    {},
  );
  if (!stored.value.key) {
    stored.value.key = await newKey();
    stored.save();
  }
  await issuer.keys.add(stored.value.key);

  const service = new OAuth2Service(issuer);
  const handle = signInThrough(service, (session, tokenUse) => claimsOf(session, tokenUse, audience));
  return {
    url,
    async issue(request) {
      const { org_id, scope, token_use, expires_in, audience } = v.parse(TokenRequest, request);
      const session = { orgId: org_id, subject: randomUUID(), scope };
      return await issuer.buildToken({
        expiresIn: expires_in,
        scopesOrTransform: (_header, payload) => {
          Object.assign(payload, claimsOf(session, token_use, audience));
        },
      });
    },
    getKey: createLocalJWKSet({ keys: issuer.keys.toJSON() }),
    handle(request, response) {
      request.url = request.url?.slice(issuerPath.length) || '/';
      handle(request, response);
    },
  };
}

async function newKey(): Promise<Record<string, unknown>> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: randomUUID() };
}
