import { openApiDocument } from '../http/openapi.ts';
import { httpHandler } from '../http/pipeline.ts';
import { json } from '../http/problem.ts';

let document: ReturnType<typeof openApiDocument> | undefined;

/** `GET /api/v1/openapi.json`: made at the first request, and then kept. */
export const handler = httpHandler(async () => {
  document ??= openApiDocument();
  return json(200, document);
});
