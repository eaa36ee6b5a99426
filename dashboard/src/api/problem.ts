import * as v from 'valibot';
import type { components } from './schema.ts';

const ProblemBody = v.object({
  code: v.string(),
  title: v.string(),
  detail: v.string(),
  errors: v.optional(v.array(v.object({ field: v.string(), message: v.string() })), []),
  request_id: v.string(),
});

type ApiCode = components['schemas']['Problem']['code'];
/** What is not the API's own word: API Gateway's refusals, and no answer at all. */
type GatewayCode = 'unauthorized' | 'forbidden' | 'throttled' | 'unreachable' | 'unknown';
export type ProblemCode = ApiCode | GatewayCode;

/** Why a call did not do what was asked, in words for the person who asked. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  readonly title: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  readonly requestId: string | null;
  /** Repeating the same call may succeed. */
  readonly isTransient: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(
    code: string,
    title: string,
    detail: string,
    more: Partial<Pick<ApiProblem, 'errors' | 'requestId' | 'isTransient' | 'retryAfterSeconds'>> = {},
  ) {
    super(detail);
    this.code = code;
    this.title = title;
    this.errors = more.errors ?? [];
    this.requestId = more.requestId ?? null;
    this.isTransient = more.isTransient ?? false;
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
  }

  is(code: ProblemCode): boolean {
    return this.code === code;
  }
}

/** What is asked for is asked for again by the page itself; what is to be done, by nobody but the person. */
const isRead = ({ method }: Request) => method === 'GET';

/** The problem that an answer tells of; `null` of one that tells of none. */
export async function problemOf(request: Request, response: Response): Promise<ApiProblem | null> {
  if (response.ok) return null;
  const { status } = response;
  const isTransient = status >= 500 || status === 429;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : null;
  const body = v.safeParse(ProblemBody, await response.json().catch(() => null));
  if (body.success) {
    const { code, errors, request_id: requestId } = body.output;
    const { title, detail } = code === 'service_unavailable' ? noAnswer(request) : body.output;
    return new ApiProblem(code, title, detail, { errors, requestId, isTransient, retryAfterSeconds });
  }
  const [code, title, detail] = gatewayProblem(status);
  return new ApiProblem(code, title, detail, { isTransient, retryAfterSeconds });
}

function gatewayProblem(status: number): readonly [GatewayCode, title: string, detail: string] {
  if (status === 401) return ['unauthorized', 'Your session has ended', 'Sign in again.'];
  if (status === 403)
    return ['forbidden', 'You may not do this', 'Your account lacks the permission. Ask whoever manages it.'];
  if (status === 429) return ['throttled', 'Too many requests', 'Wait a moment, then try again.'];
  return [
    'unknown',
    'Fluxrate did not answer as expected',
    `The answer was ${status}. Try again in a moment.`,
  ];
}

function noAnswer(request: Request): { readonly title: string; readonly detail: string } {
  const next = isRead(request)
    ? 'This page tries again by itself.'
    : 'Nothing was lost; try again in a moment.';
  return {
    title: 'There was no answer',
    detail: `Stripe or a service behind this did not answer. ${next}`,
  };
}

export function unreachable(request: Request): ApiProblem {
  const next = isRead(request) ? 'This page tries again by itself.' : 'Then try again.';
  return new ApiProblem('unreachable', 'Fluxrate cannot be reached', `Check your connection. ${next}`, {
    isTransient: true,
  });
}

/** Whatever was thrown, as a problem that can be shown. */
export function asProblem(thrown: unknown): ApiProblem {
  return thrown instanceof ApiProblem
    ? thrown
    : new ApiProblem('unknown', 'Something went wrong', 'Reload the page, and try again.');
}
