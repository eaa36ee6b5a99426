import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { JwtAuthorizer } from './template.ts';

export type Claims = Record<string, string>;

export type Authorization =
  | { kind: 'authorized'; claims: Claims; scopes: string[] | null }
  | { kind: 'unauthorized'; challenge: string }
  | { kind: 'forbidden'; challenge: string };

/** API Gateway's JWT authorizer: signature, issuer, audience, times, and one of the route's scopes. */
export async function authorize(
  header: string | undefined,
  authorizer: JwtAuthorizer,
  requiredScopes: string[],
  getKey: JWTVerifyGetKey,
): Promise<Authorization> {
  const token = header?.replace(/^Bearer\s+/i, '').trim();
  if (!token) return { kind: 'unauthorized', challenge: 'Bearer' };

  let payload: JWTPayload;
  try {
    const verified = await jwtVerify(token, getKey, {
      algorithms: ['RS256'],
      issuer: authorizer.issuer,
      requiredClaims: ['exp'],
    });
    payload = verified.payload;
  } catch (error) {
    return unauthorized(reason(error));
  }
  if (!isForAudience(payload, authorizer.audience))
    return unauthorized('the token does not have a valid audience');

  const scopes = scopesOf(payload);
  if (requiredScopes.length > 0 && !requiredScopes.some((scope) => scopes.includes(scope))) {
    const scope = requiredScopes.join(' ');
    return {
      kind: 'forbidden',
      challenge: `Bearer scope="${scope}" error="insufficient_scope" error_description="the token does not have the required scope"`,
    };
  }
  return { kind: 'authorized', claims: claimsOf(payload), scopes: requiredScopes.length > 0 ? scopes : null };
}

function unauthorized(description: string): Authorization {
  return {
    kind: 'unauthorized',
    challenge: `Bearer scope="" error="invalid_token" error_description="${description}"`,
  };
}

/** `client_id` counts only where there is no `aud`. */
function isForAudience({ aud, client_id }: JWTPayload, accepted: string[]): boolean {
  const given = aud ?? client_id;
  return [given].flat().some((value) => typeof value === 'string' && accepted.includes(value));
}

function scopesOf({ scope, scp }: JWTPayload): string[] {
  const given = scope ?? scp;
  if (typeof given === 'string') return given.split(' ').filter(Boolean);
  return Array.isArray(given) ? given.map(String) : [];
}

/** The event carries every claim as a string; a list in Go's notation. */
function claimsOf(payload: JWTPayload): Claims {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
}

function reason(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `the token does not have a valid ${error.claim}`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'unsupported signing algorithm';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the token signature is invalid';
  return 'the token is malformed or its key is unknown';
}
