import { describe, expect, it } from '@jest/globals';
import { problemOf, unreachable } from '../../dashboard/src/api/problem.ts';

const problem = {
  type: 'urn:fluxrate:problem:too_many_emails',
  title: 'The e-mail was sent too often',
  status: 429,
  code: 'too_many_emails',
  detail: 'Five times in 24 hours at most.',
  request_id: 'request-1',
};

const get = new Request('https://example.com');
const post = new Request('https://example.com', { method: 'POST' });

describe('a problem', () => {
  it('is none of a success', async () => {
    expect(await problemOf(get, Response.json({}))).toBeNull();
  });

  it('is told in the API’s words', async () => {
    const headers = { 'retry-after': '60' };
    expect(await problemOf(post, Response.json(problem, { status: 429, headers }))).toMatchObject({
      code: 'too_many_emails',
      message: 'Five times in 24 hours at most.',
      retryAfterSeconds: 60,
      requestId: 'request-1',
    });
  });

  it('of a service that is away says what to do: nothing, or the same once more', async () => {
    const unavailable = { ...problem, code: 'service_unavailable', detail: 'Try again: it is completed.' };
    const answer = () => Response.json(unavailable, { status: 503 });
    expect((await problemOf(get, answer()))?.message).toMatch(/did not answer.*tries again by itself/);
    expect((await problemOf(post, answer()))?.message).toMatch(/did not answer.*try again in a moment/);
    expect(unreachable(get).message).toMatch(/tries again by itself/);
    expect(unreachable(post).message).toMatch(/Then try again/);
  });

  it.each([
    [401, 'unauthorized', false],
    [403, 'forbidden', false],
    [429, 'throttled', true],
    [502, 'unknown', true],
  ])('of API Gateway’s own %d is %s', async (status, code, isTransient) => {
    const answers = [Response.json({ message: 'No' }, { status }), new Response('<html>', { status })];
    for (const answer of answers) expect(await problemOf(get, answer)).toMatchObject({ code, isTransient });
  });
});
