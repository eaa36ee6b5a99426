import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { createGateway } from '../../lib/local/gateway.ts';
import type { GatewayRoute } from '../../lib/local/template.ts';
import { startTokenIssuer } from '../../lib/local/token-issuer.ts';
import { lambdaFunction, served, startedLambda } from './fixtures.ts';

const issuerUrl = 'http://localhost:4000/_local/oidc';
const issuer = await startTokenIssuer(issuerUrl);
const authorizer = { issuer: issuerUrl, audience: ['fluxrate-local'] };
const route = (routeKey: string, functionName: string, more: Partial<GatewayRoute> = {}): GatewayRoute => ({
  routeKey,
  functionName,
  scopes: [],
  ...more,
});

const lambda = startedLambda([
  lambdaFunction(
    'event',
    'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) })',
  ),
  lambdaFunction('answer', 'exports.handler = async (event) => JSON.parse(event.body)'),
  lambdaFunction('throws', 'exports.handler = async () => { throw new Error("secret") }'),
  lambdaFunction('hangs', 'exports.handler = () => new Promise(() => {})'),
]);
const url = await served(
  createGateway(
    [
      route('POST /hooks/{tenant}/{env_id}', 'event'),
      route('POST /hooks/fixed/{env_id}', 'event'),
      route('GET /files/{rest+}', 'event'),
      route('POST /answer', 'answer'),
      route('GET /throws', 'throws'),
      route('GET /private', 'event', { authorizer, scopes: ['fluxrate/read'] }),
    ],
    lambda,
    issuer.getKey,
  ),
);
// The others may take as long as a busy machine does.
const impatient = await served(createGateway([route('GET /hangs', 'hangs')], lambda, issuer.getKey, 500));
const post = async (path: string, body: string | Buffer, headers: Record<string, string> = {}) => {
  const response = await fetch(url + path, { method: 'POST', body, headers });
  return JSON.parse(await response.text());
};

describe('the event', () => {
  it('is format 2.0', async () => {
    const event = await post('/hooks/tenant_a/prod?a=1&a=2&b=x%20y', '{"ü":1}', {
      'Content-Type': 'application/json; charset=utf-8',
      Cookie: 'a=1; b=2',
    });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /hooks/{tenant}/{env_id}',
      rawPath: '/hooks/tenant_a/prod',
      rawQueryString: 'a=1&a=2&b=x%20y',
      queryStringParameters: { a: '1,2', b: 'x y' },
      pathParameters: { tenant: 'tenant_a', env_id: 'prod' },
      cookies: ['a=1', 'b=2'],
      body: '{"ü":1}',
      isBase64Encoded: false,
      requestContext: {
        stage: '$default',
        http: { method: 'POST', path: '/hooks/tenant_a/prod', protocol: 'HTTP/1.1' },
      },
    });
    expect(event.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': '8',
    });
    expect(event.requestContext).not.toHaveProperty('authorizer');
    expect(event.requestContext.time).toMatch(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  });

  it('joins repeated headers with a comma', async () => {
    const event = await new Promise<{ headers: Record<string, string> }>((resolve) => {
      const outgoing = request(`${url}/hooks/a/b`, {
        method: 'POST',
        headers: { 'Stripe-Signature': ['t=1', 'v1=2'] },
      });
      outgoing.on('response', async (response) => resolve(JSON.parse((await response.toArray()).join(''))));
      outgoing.end();
    });
    expect(event.headers['stripe-signature']).toBe('t=1,v1=2');
  });

  it.each([
    ['application/json', '{}', false],
    ['text/plain', 'x', false],
    ['application/xml', '<a/>', false],
    ['application/problem+json', '{}', true],
    ['application/x-www-form-urlencoded', 'a=1', true],
    ['application/octet-stream', '{}', true],
  ])('carries a body of %s as text or as base64', async (type, body, isBase64Encoded) => {
    const event = await post('/hooks/a/b', body, { 'content-type': type });
    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(event.body, isBase64Encoded ? 'base64' : 'utf8').toString()).toBe(body);
  });

  it('carries JSON that is no UTF-8 to the byte, and a body without content type as base64', async () => {
    const broken = Buffer.from([0x7b, 0xff, 0x7d]);
    const event = await post('/hooks/a/b', broken, { 'content-type': 'application/json' });
    expect(Buffer.from(event.body, 'base64')).toEqual(broken);
    expect(await post('/hooks/a/b', Buffer.from('{}'))).toMatchObject({
      body: 'e30=',
      isBase64Encoded: true,
    });
    expect(await post('/hooks/a/b', '')).not.toHaveProperty('body');
  });

  it('decodes parameters, prefers a literal segment, and takes the rest for a greedy one', async () => {
    expect((await post('/hooks/a%2Fb/%C3%BC', '')).pathParameters).toEqual({ tenant: 'a/b', env_id: 'ü' });
    expect((await post('/hooks/fixed/x', '')).routeKey).toBe('POST /hooks/fixed/{env_id}');
    const files = JSON.parse(await (await fetch(`${url}/files/a/b`)).text());
    expect(files.pathParameters).toEqual({ rest: 'a/b' });
  });
});

describe('the answer', () => {
  const answer = (value: unknown) =>
    fetch(`${url}/answer`, {
      method: 'POST',
      body: JSON.stringify(value),
      headers: { 'content-type': 'application/json' },
    });

  it('is the function’s', async () => {
    const response = await answer({
      statusCode: 201,
      headers: { 'X-Count': 2 },
      cookies: ['a=1', 'b=2'],
      body: 'aGk=',
      isBase64Encoded: true,
    });
    expect(response.status).toBe(201);
    expect(await response.text()).toBe('hi');
    expect(response.headers.get('x-count')).toBe('2');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('apigw-requestid')).toBeTruthy();
  });

  it('is inferred where it has no status', async () => {
    const response = await answer({ hello: 1 });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ hello: 1 });
  });

  it.each([
    ['an answer of no form', () => answer({ statusCode: 'teapot' }), 500, 'Internal Server Error'],
    ['a function’s error', () => fetch(`${url}/throws`), 500, 'Internal Server Error'],
    ['a function that takes too long', () => fetch(`${impatient}/hangs`), 503, 'Service Unavailable'],
    ['an unknown path', () => fetch(`${url}/nothing`), 404, 'Not Found'],
    ['another method', () => fetch(`${url}/answer`), 404, 'Not Found'],
    ['OPTIONS', () => fetch(`${url}/answer`, { method: 'OPTIONS' }), 404, 'Not Found'],
    ['an empty parameter', () => fetch(`${url}/hooks//x`, { method: 'POST' }), 404, 'Not Found'],
    [
      'a path that cannot be decoded',
      () => fetch(`${url}/hooks/%ff/x`, { method: 'POST' }),
      400,
      'Bad Request',
    ],
    [
      'more than 10 MB',
      () => fetch(`${url}/answer`, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) }),
      413,
      'Request Entity Too Large',
    ],
  ])('to %s is API Gateway’s own', async (_, call, status, message) => {
    const response = await call();
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message });
  });
});

describe('the authorizer', () => {
  const get = (token?: string) =>
    fetch(`${url}/private`, token ? { headers: { authorization: `Bearer ${token}` } } : {});
  const forged = async (
    claims: Record<string, unknown>,
    algorithm = 'RS256',
    key?: Parameters<SignJWT['sign']>[0],
  ) => {
    const kid = await kidOf();
    const token = new SignJWT({ client_id: 'fluxrate-local', scope: 'fluxrate/read', ...claims })
      .setProtectedHeader({ alg: algorithm, kid })
      .setIssuer(issuerUrl)
      .setExpirationTime('1h');
    return token.sign(key ?? (await generateKeyPair('RS256')).privateKey);
  };
  const kidOf = async () => {
    const header = (await issuer.issue({ org_id: 'a' })).split('.')[0] ?? '';
    return String(JSON.parse(Buffer.from(header, 'base64url').toString()).kid);
  };

  it('hands the claims on as strings', async () => {
    const response = await get(await issuer.issue({ org_id: 'acme' }));
    expect(response.status).toBe(200);
    const { jwt } = JSON.parse(await response.text()).requestContext.authorizer;
    expect(jwt.claims).toMatchObject({ org_id: 'acme', token_use: 'access', client_id: 'fluxrate-local' });
    expect(jwt.claims.exp).toMatch(/^\d+$/);
    expect(jwt.scopes).toEqual(['fluxrate/read', 'fluxrate/write']);
  });

  it('gives tokens that live at least an hour', async () => {
    const claims = (await issuer.issue({ org_id: 'acme' })).split('.')[1] ?? '';
    const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect(exp - iat).toBeGreaterThanOrEqual(3600);
  });

  it.each([
    ['no token', async () => undefined],
    ['no JWT', async () => 'nonsense'],
    ['an expired token', () => issuer.issue({ org_id: 'a', expires_in: -10 })],
    ['another audience', () => issuer.issue({ org_id: 'a', audience: 'other' })],
    [
      'an ID token of another audience',
      () => issuer.issue({ org_id: 'a', token_use: 'id', audience: 'other' }),
    ],
    ['another key under the same kid', () => forged({})],
    ['HS256', () => forged({}, 'HS256', Buffer.from('x'.repeat(32)))],
    [
      'no signature',
      async () => new UnsecuredJWT({ client_id: 'fluxrate-local' }).setIssuer(issuerUrl).encode(),
    ],
  ])('answers 401 to %s', async (_, token) => {
    const response = await get(await token());
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: 'Unauthorized' });
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('answers 401 to another issuer’s token, even of a key it knows', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const getKey = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }] });
    const other = await served(
      createGateway([route('GET /private', 'event', { authorizer })], lambda, getKey),
    );
    const sign = (issuerOfToken: string) =>
      new SignJWT({ client_id: 'fluxrate-local' })
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .setIssuer(issuerOfToken)
        .setExpirationTime('1h')
        .sign(privateKey);
    const status = async (token: string) =>
      (await fetch(`${other}/private`, { headers: { authorization: token } })).status;
    expect(await status(await sign(issuerUrl))).toBe(200);
    expect(await status(await sign('http://elsewhere'))).toBe(401);
  });

  it.each([
    ['a token without the scope', { org_id: 'a', scope: 'fluxrate/write' }],
    ['an ID token', { org_id: 'a', token_use: 'id' }],
  ])('answers 403 to %s', async (_, claims) => {
    const response = await get(await issuer.issue(claims));
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: 'Forbidden' });
  });
});
