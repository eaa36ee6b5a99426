import middy from '@middy/core';
import { failureFields, log } from '../log.ts';
import { Unavailable } from '../ports.ts';
import { type Answer, problem } from './problem.ts';
import { type Request, readRequest } from './request.ts';

/**
 * The one pipeline of every HTTP function: the event is read, what `handle` throws becomes an answer that tells the
 * caller only whether to try again, and one line is logged.
 */
export function httpHandler(handle: (request: Request) => Promise<Answer>) {
  return middy(async (event: unknown): Promise<Answer> => {
    const request = readRequest(event);
    if (!request) throw new Error('not an event of API Gateway');
    const answer = await handle(request);
    log.info('answered', {
      request_id: request.requestId,
      route: request.routeKey,
      status: answer.statusCode ?? 200,
    });
    return answer;
  }).onError((failure) => {
    const { requestId = 'unknown', routeKey = '' } = readRequest(failure.event) ?? {};
    log.error('failed', { request_id: requestId, route: routeKey, ...failureFields(failure.error) });
    failure.response =
      failure.error instanceof Unavailable
        ? problem('service_unavailable', 'Try again: a repetition completes what was begun.', requestId)
        : problem(
            'internal_error',
            'The fault is on our side. Quote the request_id when you report it.',
            requestId,
          );
  });
}
