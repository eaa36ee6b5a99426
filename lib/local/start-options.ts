import { parseArgs } from 'node:util';
import * as v from 'valibot';
import type { SystemOptions } from './system.ts';

const Url = v.pipe(
  v.string(),
  v.url('must be an address such as https://example.ngrok.app'),
  v.transform((url) => url.replace(/\/+$/, '')),
);
const portSentence = 'must be a port from 1 to 65533 (the two after it are used as well)';
const Environment = v.object({
  PORT: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d+$/, portSentence),
      v.transform(Number),
      v.minValue(1, portSentence),
      v.maxValue(65533, portSentence),
    ),
    '4000',
  ),
  DATA_DIR: v.optional(v.string()),
  PUBLIC_URL: v.optional(Url),
  AWS_ENDPOINT_URL: v.optional(Url),
  STRIPE_API_BASE: v.optional(Url),
  CLOUD_ASSEMBLY: v.optional(v.string()),
  LOG: v.optional(v.string()),
});

/** Reads the environment and arguments of `npm start`; throws one sentence that names what is wrong. */
export function readStartOptions(env: NodeJS.ProcessEnv, args: string[]): SystemOptions & { demo: boolean } {
  const { values } = parseArgs({ args, options: { demo: { type: 'boolean', default: false } } });
  // An empty variable is one that is not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = v.safeParse(Environment, given);
  if (!parsed.success) {
    throw new Error(parsed.issues.map((issue) => `${v.getDotPath(issue)} ${issue.message}`).join('; '));
  }
  const { PORT, DATA_DIR, PUBLIC_URL, AWS_ENDPOINT_URL, STRIPE_API_BASE, CLOUD_ASSEMBLY, LOG } =
    parsed.output;
  // A shell that is set up for `aws lambda invoke` names our own address, which says nothing here.
  const isElsewhere = AWS_ENDPOINT_URL !== undefined && !isOwnAws(AWS_ENDPOINT_URL, PORT);
  if (values.demo && (STRIPE_API_BASE !== undefined || isElsewhere)) {
    throw new Error('--demo needs its own Stripe and inbox: unset STRIPE_API_BASE and AWS_ENDPOINT_URL');
  }
  return {
    demo: values.demo,
    port: PORT,
    dataDir: DATA_DIR,
    publicUrl: PUBLIC_URL,
    awsEndpointUrl: isElsewhere ? AWS_ENDPOINT_URL : undefined,
    stripeApiBase: STRIPE_API_BASE,
    cloudAssembly: CLOUD_ASSEMBLY,
    ...(LOG !== undefined && { log: (line: string) => console.log(line) }),
  };
}

function isOwnAws(url: string, port: number): boolean {
  const { hostname, port: urlPort } = new URL(url);
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) && Number(urlPort) === port + 2;
}
