import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Every error that the API answers: its status, and what it means in a few words. `docs/errors.md` explains each. */
export const problems = {
  malformed_json: [400, 'The body is not JSON'],
  signature_verification_failed: [400, 'The signature could not be verified'],
  invalid_event: [400, 'The body is not a Stripe event'],
  tenant_missing: [403, 'The token names no tenant'],
  connection_not_found: [404, 'Stripe is not connected'],
  cursor_not_found: [404, 'No such page'],
  invoice_not_found: [404, 'No such invoice'],
  webhook_event_not_found: [404, 'No such webhook event'],
  webhook_not_found: [404, 'No such webhook'],
  connection_exists: [409, 'Stripe is connected already'],
  connection_inactive: [409, 'The connection is switched off'],
  invoice_changed: [409, 'The invoice has other content'],
  invoice_paid: [409, 'The invoice is paid'],
  invoice_void: [409, 'The invoice is void'],
  payments_in_flight: [409, 'Payments are on their way'],
  stripe_account_changed: [409, 'The key is of another Stripe account'],
  write_conflict: [409, 'Somebody else changed it at the same time'],
  payload_too_large: [413, 'The body is too large'],
  invalid_request: [422, 'The request is not valid'],
  no_email_address: [422, 'The customer has no e-mail address'],
  amount_not_chargeable: [422, 'Stripe cannot charge this amount'],
  not_a_secret_key: [422, 'Not a Stripe secret key'],
  not_a_webhook_secret: [422, 'Not a webhook signing secret'],
  stripe_key_rejected: [422, 'Stripe rejected the secret key'],
  webhook_url_not_public: [422, 'Stripe cannot reach the webhook URL'],
  endpoint_limit_reached: [422, 'Stripe allows no more webhook endpoints'],
  too_many_emails: [429, 'The e-mail was sent too often'],
  internal_error: [500, 'Something went wrong'],
  try_again: [503, 'Try again'],
  service_unavailable: [503, 'A service behind this is not available'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof problems;
export type FieldError = { readonly field: string; readonly message: string };

/** An answer; what it says, a body or a problem's code, is in its type alone: a route's contract is checked against it. */
export type Answer<Says = unknown> = APIGatewayProxyStructuredResultV2 & { readonly says?: Says };

/** RFC 9457. A 5xx says nothing of what went wrong inside. */
export function problem<Code extends ProblemCode>(
  code: Code,
  detail: string,
  requestId: string,
  errors?: readonly FieldError[],
): Answer<Code> {
  const [status, title]: readonly [number, string] = problems[code];
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 503 && { 'retry-after': '5' }),
    },
    body: JSON.stringify({
      type: `urn:fluxrate:problem:${code}`,
      title,
      status,
      code,
      detail,
      ...(errors && { errors }),
      request_id: requestId,
    }),
  };
}

/** The answer, with the time after which the same call may succeed. */
export function retryAfter<Says>(answer: Answer<Says>, seconds: number): Answer<Says> {
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}

export function json<Body>(status: number, body: Body): Answer<Body> {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

export function noContent(): Answer<undefined> {
  return { statusCode: 204, headers: { 'cache-control': 'no-store' } };
}
