import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { isSigned, readSignatureHeader } from '../../functions/adapters/stripe/signature.ts';

/** The least that a webhook can cost: one HMAC, and one POST on a connection that is kept, signed by hand. */

const Environment = v.object({
  AWS_ENDPOINT_URL: v.string(),
  AWS_REGION: v.string(),
  AWS_ACCESS_KEY_ID: v.string(),
  AWS_SECRET_ACCESS_KEY: v.string(),
  WEBHOOK_SECRET: v.string(),
});
const env = v.parse(Environment, process.env);
const { host } = new URL(env.AWS_ENDPOINT_URL);
const agent = new Agent({ keepAlive: true });

type Event = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

export async function handler({ headers, body }: Event) {
  const signature = readSignatureHeader(headers['stripe-signature'], new Date());
  const genuine = signature !== null && isSigned(signature, Buffer.from(body), env.WEBHOOK_SECRET);
  if (!genuine) return { statusCode: 400 };
  return { statusCode: await post(body) };
}

function post(body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(
      env.AWS_ENDPOINT_URL,
      { method: 'POST', agent, headers: signedHeaders(body) },
      async (response) => {
        await text(response);
        resolve(response.statusCode);
      },
    )
      .on('error', reject)
      .end(body);
  });
}

const hmac = (key: string | Buffer, message: string) => createHmac('sha256', key).update(message).digest();
const sha256 = (message: string) => createHash('sha256').update(message).digest('hex');
const signingKeys = new Map<string, Buffer>();

function signingKey(day: string): Buffer {
  const parts = [day, env.AWS_REGION, 'dynamodb', 'aws4_request'];
  const key =
    signingKeys.get(day) ?? parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${env.AWS_SECRET_ACCESS_KEY}`));
  signingKeys.set(day, key);
  return key;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signedHeaders(body: string): Record<string, string> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    host,
    'x-amz-date': time,
    'x-amz-target': 'DynamoDB_20120810.TransactWriteItems',
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const scope = `${day}/${env.AWS_REGION}/dynamodb/aws4_request`;
  const asked = sha256(`POST\n/\n\n${lines.join('')}\n${names}\n${sha256(body)}`);
  const signature = hmac(signingKey(day), `AWS4-HMAC-SHA256\n${time}\n${scope}\n${asked}`).toString('hex');
  return {
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    authorization: `AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
