export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 429 | 500;

type Fields = { type: string; message: string; code?: string; param?: string };

/** An error answer in Stripe's shape. */
export class StripeError extends Error {
  override readonly name = 'StripeError';
  readonly status: ErrorStatus;
  readonly headers: Readonly<Record<string, string>>;
  readonly #fields: Fields;

  constructor(status: ErrorStatus, fields: Fields, headers: Readonly<Record<string, string>> = {}) {
    super(fields.message);
    this.status = status;
    this.headers = headers;
    this.#fields = fields;
  }

  get body(): { error: Fields & { doc_url?: string } } {
    const { code } = this.#fields;
    const doc = code && { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` };
    return { error: { ...this.#fields, ...doc } };
  }
}

export function invalidRequest(
  message: string,
  details: { code?: string; param?: string } = {},
): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', message, ...details });
}

export function invalidApiKey(masked: string): StripeError {
  return new StripeError(401, {
    type: 'invalid_request_error',
    message: `Invalid API Key provided: ${masked}`,
  });
}

export function noApiKey(): StripeError {
  const message =
    "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.";
  return new StripeError(401, { type: 'invalid_request_error', message });
}

export function missingPermission(masked: string, account: string, permission: string): StripeError {
  return new StripeError(403, {
    type: 'invalid_request_error',
    message: `The provided key '${masked}' does not have the required permissions for this endpoint on account '${account}'. Having the '${permission}' permission would allow this request to continue.`,
  });
}

export function unrecognizedUrl(method: string, path: string): StripeError {
  return new StripeError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  });
}

export function resourceMissing(kind: string, id: string, hint = '', param = 'id'): StripeError {
  return new StripeError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'${hint}`,
    param,
  });
}

/** Without Retry-After and Stripe-Should-Retry: when to come again is for the client to say. https://docs.stripe.com/rate-limits */
export function rateLimited(livemode = true): StripeError {
  const what = livemode
    ? 'Request rate limit exceeded.'
    : 'Testmode request rate limit exceeded, the rate limits in testmode are lower than livemode.';
  return new StripeError(
    429,
    {
      type: 'invalid_request_error',
      code: 'rate_limit',
      message: `${what} You can learn more about rate limits here https://stripe.com/docs/rate-limits.`,
    },
    { 'stripe-rate-limited-reason': 'endpoint-rate' },
  );
}

export function serverError(): StripeError {
  return new StripeError(500, {
    type: 'api_error',
    message:
      'Sorry! There was an error while talking to Stripe. Please let us know at support@stripe.com if this problem persists.',
  });
}

export function keyInUse(key: string): StripeError {
  return new StripeError(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
  });
}

export function keyReused(key: string, paths: { first: string; now: string }): StripeError {
  const where =
    paths.first === paths.now
      ? 'with the same parameters they were first used with'
      : `for the same endpoint they were first used for ('${paths.first}' vs '${paths.now}')`;
  return new StripeError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used ${where}. Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}
