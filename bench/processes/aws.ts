import { createServer } from 'node:https';
import * as v from 'valibot';
import { selfSigned } from '../certificate.ts';
import { awsAnswers } from '../webhook.ts';

/** AWS with ready answers, in a process of its own. Tells its parent where it is, and what to trust. */

const answers = new Map(
  Object.entries(awsAnswers).map(([target, answer]) => [target, JSON.stringify(answer)]),
);
const { key, cert } = selfSigned();

const server = createServer({ key, cert, keepAliveTimeout: 0 }, (request, response) => {
  const answer = answers.get(String(request.headers['x-amz-target']));
  request.resume().on('end', () => {
    response
      .writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' })
      .end(answer ?? '{"__type":"UnknownOperationException"}');
  });
});
server.listen(0, 'localhost', () => {
  const { port } = v.parse(v.object({ port: v.number() }), server.address());
  process.send?.({ url: `https://localhost:${port}`, cert });
});
process.on('disconnect', () => process.exit());
