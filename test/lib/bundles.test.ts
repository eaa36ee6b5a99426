import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { bundleHandlers } from '../../lib/bundles.ts';
import { handlers } from '../../lib/fluxrate.ts';
import { keptExceptions, stubs } from '../../lib/lean-bundles.ts';

const root = join(import.meta.dirname, '..', '..');
const build = join(root, '.build');
mkdirSync(build, { recursive: true });
// Below the project, so that what the probe imports is found.
const folder = mkdtempSync(join(build, 'bundles-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script, in a Node of its own, with only these variables. */
async function run(script: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const child = spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const output = text(child.stdout);
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  return JSON.parse(await output);
}

/** Builtins that the functions must not load: 34 ms of a cold start. */
const unwanted = '(name) => /undici|http2|child_process/.test(name)';

/** Uses the SDK as our functions do. */
const probe = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { DecryptCommand, EncryptCommand, KMSClient, KMSServiceException } from '@aws-sdk/client-kms';
import { NodeHttpHandler } from '@smithy/node-http-handler';
const requestHandler = () => new NodeHttpHandler({ connectionTimeout: 1000, requestTimeout: 2000 });
export async function handler() {
  const table = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: requestHandler() }));
  const kms = new KMSClient({ requestHandler: requestHandler() });
  const { Item } = await table.send(new GetCommand({ TableName: 't', Key: { pk: 'a', sk: 'b' } }));
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob: new Uint8Array([1]) }));
  const refusal = await table
    .send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName: 't', Item: { pk: 'a' } } }] }))
    .catch((error) => ({ name: error.name, reasons: error.CancellationReasons }));
  const denial = await kms
    .send(new EncryptCommand({ KeyId: 'k', Plaintext: new Uint8Array([1]) }))
    .catch((error) => [error.name, error.constructor === KMSServiceException, error.message]);
  return { Item, secret: Buffer.from(Plaintext ?? []).toString(), refusal, denial };
}
`;

const answers: Readonly<Record<string, readonly [number, object]>> = {
  'DynamoDB_20120810.GetItem': [200, { Item: { pk: { S: 'a' }, version: { N: '7' } } }],
  'TrentService.Decrypt': [200, { Plaintext: Buffer.from('whsec').toString('base64') }],
  'DynamoDB_20120810.TransactWriteItems': [
    400,
    {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
    },
  ],
  'TrentService.Encrypt': [400, { __type: 'DisabledException', message: 'The key is disabled.' }],
};

/** Answers as AWS would, and keeps what was asked. */
async function startAws() {
  const asked: { target: string; authorization: string; token: string }[] = [];
  const server = createServer(async (request, response) => {
    await text(request);
    const header = (name: string) => String(request.headers[name]);
    asked.push({
      target: header('x-amz-target'),
      authorization: header('authorization'),
      token: header('x-amz-security-token'),
    });
    const [status, body] = answers[header('x-amz-target')] ?? [500, {}];
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = v.parse(v.object({ port: v.number() }), server.address());
  return { asked, url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

describe('the SDK in a bundle', () => {
  it('works with what stands in for its unused parts', async () => {
    writeFileSync(join(folder, 'probe.ts'), probe);
    const { inputs } = await bundleHandlers(['probe'], join(folder, 'out'), folder);
    // An update of the SDK that moves a file would bring it back unnoticed.
    const unused = Object.values(stubs).filter((stub) => !(`lib/bundle-stubs/${stub}` in inputs));
    expect(unused).toEqual([]);

    const aws = await startAws();
    const result = await run(
      `const before = new Set(process.moduleLoadList);
       require(${JSON.stringify(join(folder, 'out/probe/index.js'))}).handler().then((result) => {
         const loaded = process.moduleLoadList.filter((name) => !before.has(name)).filter(${unwanted});
         console.log(JSON.stringify({ ...result, loaded }));
       });`,
      {
        AWS_ENDPOINT_URL: aws.url,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'session',
      },
    );
    aws.stop();

    expect(result).toEqual({
      Item: { pk: 'a', version: 7 },
      secret: 'whsec',
      refusal: { name: 'TransactionCanceledException', reasons: [{ Code: 'ConditionalCheckFailed' }] },
      denial: ['DisabledException', true, 'The key is disabled.'],
      loaded: [],
    });
    expect(aws.asked.map(({ target }) => target)).toEqual(Object.keys(answers));
    for (const { authorization, token } of aws.asked) {
      expect(authorization).toMatch(/Credential=AKIAEXAMPLE\/\d+\/eu-west-1\//);
      expect(token).toBe('session');
    }
  });
});

describe('the bundles', () => {
  const out = join(folder, 'handlers');
  const bundled = bundleHandlers(handlers, out);
  // Each test awaits it, and says what went wrong.
  bundled.catch(() => {});

  const inputsOf = async (name: string) => {
    const { outputs } = await bundled;
    const [, output] = Object.entries(outputs).find(([path]) => path.endsWith(`/${name}/index.js`)) ?? [];
    return Object.entries(output?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path);
  };

  it.each(handlers)('hold %s, minified and without maps', async (name) => {
    await bundled;
    expect(existsSync(join(out, name, 'index.js'))).toBe(true);
    expect(existsSync(join(out, name, 'index.js.map'))).toBe(false);
    expect(readFileSync(join(out, name, 'package.json'), 'utf8')).toBe('{"type":"commonjs"}\n');
  });

  it.each(handlers)('export a handler from %s, and load nothing that is slow', async (name) => {
    await bundled;
    const result = await run(
      `const before = new Set(process.moduleLoadList);
       const { handler } = require(${JSON.stringify(join(out, name, 'index.js'))});
       const loaded = process.moduleLoadList.filter((name) => !before.has(name)).filter(${unwanted});
       console.log(JSON.stringify({ handler: typeof handler, loaded }));`,
      {
        AWS_REGION: 'eu-west-1',
        TABLE_NAME: 'table',
        SECRETS_KEY_ARN: 'arn:aws:kms:eu-west-1:123456789012:key/one',
        SENDER_EMAIL: 'billing@example.com',
        EMAIL_CONFIGURATION_SET: 'fluxrate-prod',
        PUBLIC_URL: 'https://api.example.com',
        EVENT_RETENTION_DAYS: '90',
        EVENT_BUS_NAME: 'fluxrate-prod',
        FIRST_LOOK_SECONDS: '60',
      },
    );
    expect(result).toEqual({ handler: 'function', loaded: [] });
  });

  it('keep the class of every exception of the SDK that our code names', async () => {
    const ours = Object.keys((await bundled).inputs).filter((path) => path.startsWith('functions/'));
    const named = ours.flatMap((path) => {
      const source = readFileSync(join(root, path), 'utf8');
      const imports = [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-/g)].map(
        ([, names]) => names,
      );
      const classes = imports.join(',').match(/\w+/g) ?? [];
      return classes.filter(
        (name) => source.includes(`instanceof ${name}`) && !name.endsWith('ServiceException'),
      );
    });
    expect(named).toContain('ConditionalCheckFailedException');
    expect(named.filter((name) => !keptExceptions.has(name))).toEqual([]);
  });

  it('keep the webhook small', async () => {
    await bundled;
    expect(readFileSync(join(out, 'stripe-webhook', 'index.js')).length).toBeLessThanOrEqual(250_000);
  });

  it('leave the Stripe SDK out of the webhook', async () => {
    expect(
      (await inputsOf('stripe-webhook')).filter((path) => path.startsWith('node_modules/stripe/')),
    ).toEqual([]);
  });

  it.each(handlers)('leave the search for credentials out of %s', async (name) => {
    const inputs = await inputsOf(name);
    expect(inputs.filter((path) => /nested-clients|credential-provider-|token-providers/.test(path))).toEqual(
      [],
    );
    expect(inputs.filter((path) => /\/(parseIni|getSSO\w+|loadSsoSessionData)\.js$/.test(path))).toEqual([]);
  });
});
