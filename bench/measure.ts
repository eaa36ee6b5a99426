import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { buildBundles } from './bundles.ts';
import { answerCold, startAws, startWarm } from './processes.ts';
import { inRounds } from './rounds.ts';
import { signedWebhook, WEBHOOK_SECRET, webhookRequest } from './webhook.ts';

type Bundles = Awaited<ReturnType<typeof buildBundles>>;

const ROUNDS = 21;
/** Requests until V8 has compiled what it will, and in each round: with calls to AWS, and without. */
const WARM_UP = 6_000;
const REQUESTS = { aws: 1_000, none: 10_000 };

/** Microseconds of CPU, round by round. */
export async function measureAll({ fileOf }: Bundles, folder: string) {
  const aws = await startAws();
  const trusted = join(folder, 'localhost.pem');
  writeFileSync(trusted, aws.cert);
  const env = environment(aws.url, trusted);

  const cold = await inRounds(ROUNDS, ['bare', 'floor', 'stripe-webhook', 'naive'], (variant) =>
    answerCold(fileOf(variant), env, webhookRequest()),
  );
  const warm = await measureWarm(['floor', 'stripe-webhook', 'naive'], webhookRequest, REQUESTS.aws);
  const verification = await measureWarm(
    ['construct-event', 'verify-and-parse', 'verify-and-read'],
    signedWebhook,
    REQUESTS.none,
  );
  await aws.stop();
  return { cold, warm, verification };

  async function measureWarm<Variant extends string>(
    variants: readonly Variant[],
    event: () => unknown,
    requests: number,
  ) {
    const processes = new Map(variants.map((variant) => [variant, startWarm(fileOf(variant), env)]));
    for (const process of processes.values()) await process.answer(event(), WARM_UP);
    const rounds = await inRounds(ROUNDS, variants, async (variant) =>
      Number(await processes.get(variant)?.answer(event(), requests)),
    );
    for (const process of processes.values()) await process.stop();
    return rounds;
  }
}

/** What Lambda gives the function, and where AWS is here. */
function environment(url: string, trusted: string) {
  return {
    AWS_ENDPOINT_URL: url,
    NODE_EXTRA_CA_CERTS: trusted,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'session'.repeat(100),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'stripe-webhook',
    TABLE_NAME: 'fluxrate',
    SECRETS_KEY_ARN: 'arn:aws:kms:us-east-1:123456789012:key/one',
    EVENT_RETENTION_DAYS: '90',
    FIRST_LOOK_SECONDS: '60',
    // The floor asks nobody for it.
    WEBHOOK_SECRET,
  };
}
