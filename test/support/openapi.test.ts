import { describe, expect, test } from '@jest/globals';
import { openApiDocument } from '../../functions/http/openapi.ts';
import { problem } from '../../functions/http/problem.ts';
import { eventView, invoiceView } from '../../functions/http/views.ts';
import { invoice, NOW } from './builders.ts';
import { answerCheck, type Exchange } from './openapi.ts';
import { begun, paidEvent } from './samples.ts';

const { check } = answerCheck(JSON.parse(JSON.stringify(openApiDocument())));
const base = '/api/v1/environments/prod';

const ok: Exchange = {
  method: 'GET',
  path: `${base}/invoices/inv_1`,
  status: 200,
  contentType: 'application/json',
  body: invoiceView(invoice()),
};
const refusal = (code: Parameters<typeof problem>[0]): Exchange => {
  const { statusCode = 0, body = '' } = problem(code, 'Why.', 'req_1');
  return { ...ok, status: statusCode, contentType: 'application/problem+json', body: JSON.parse(body) };
};

const moreToldBy = (exchange: Exchange): Exchange => ({
  ...exchange,
  body: { ...Object(exchange.body), stack: 'x' },
});

describe('an answer passes', () => {
  const event = {
    ...paidEvent(begun({ orgId: 'org_1', envId: 'prod' })),
    status: 'applied',
    reason: null,
    receivedAt: NOW.toISOString(),
    processedAt: null,
    deliveries: 1,
  } as const;

  test.each<[string, Exchange]>([
    ['as the view makes it', ok],
    ['with a query', { ...ok, path: `${ok.path}?x=1` }],
    ['of a page', { ...ok, path: `${base}/invoices`, body: { data: [ok.body], next_cursor: null } }],
    [
      'of an event',
      { ...ok, path: `${base}/integrations/stripe/webhook-events/evt_1`, body: eventView(event) },
    ],
    ['that is a problem of the route', refusal('invoice_not_found')],
    ['that is a problem of every route', refusal('invalid_request')],
    ['of API Gateway', { ...ok, status: 401, body: { message: 'Unauthorized' } }],
    [
      'without a body',
      { ...ok, method: 'DELETE', path: `${base}/integrations/stripe`, status: 204, body: null },
    ],
    ['of no route', { ...ok, path: '/api/v1/nothing', status: 404, body: { message: 'Not Found' } }],
  ])('%s', (_, exchange) => {
    expect(() => check(exchange)).not.toThrow();
  });
});

describe('an answer does not pass', () => {
  const view = invoiceView(invoice());

  test.each<[string, Exchange]>([
    ['with a field that is not documented', { ...ok, body: { ...view, nonce: 'x' } }],
    ['with one deeper', { ...ok, body: { ...view, email: { ...view.email, claim: null } } }],
    ['without a field', { ...ok, body: JSON.parse(JSON.stringify({ ...view, memo: undefined })) }],
    ['with a time that is none', { ...ok, body: { ...view, created_at: '2026-03-01' } }],
    ['with an amount in the major unit', { ...ok, body: { ...view, amount_due: 1299.5 } }],
    ['of another status', { ...ok, status: 201 }],
    ['of another content type', { ...ok, contentType: 'text/html' }],
    ['without the body', { ...ok, contentType: null, body: null }],
    ['that is a problem of other routes', refusal('webhook_event_not_found')],
    ['that is a problem with more in it', moreToldBy(refusal('invoice_not_found'))],
    ['where there is no route', { ...ok, path: '/api/v1/nothing' }],
    ['where there is no such method', { ...ok, method: 'PUT' }],
  ])('%s', (_, exchange) => {
    expect(() => check(exchange)).toThrow();
  });
});
