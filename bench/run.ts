import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildVariants, fileOf } from './bundles.ts';
import { answerCold, startAws, startWarm } from './processes.ts';
import { inRounds, median, ratio } from './rounds.ts';
import { signedWebhook, WEBHOOK_SECRET, webhookRequest } from './webhook.ts';

const build = join(import.meta.dirname, '..', '.build');
mkdirSync(build, { recursive: true });
const folder = mkdtempSync(join(build, 'bench-'));
const bytes = await buildVariants(folder);
const aws = await startAws();
const trusted = join(folder, 'localhost.pem');
writeFileSync(trusted, aws.cert);
const env = {
  AWS_ENDPOINT_URL: aws.url,
  NODE_EXTRA_CA_CERTS: trusted,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'session'.repeat(100),
  AWS_LAMBDA_FUNCTION_NAME: 'stripe-webhook',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  TABLE_NAME: 'table',
  SECRETS_KEY_ARN: 'arn:aws:kms:us-east-1:123456789012:key/one',
  EVENT_RETENTION_DAYS: '90',
  WEBHOOK_SECRET,
};
const cold = (name: string) => () => answerCold(fileOf(folder, name), env, webhookRequest());
let t = Date.now();
const colds = await inRounds({ bare: cold('bare'), floor: cold('floor'), ours: cold('stripe-webhook'), naive: cold('naive') }, Number(process.env['R'] ?? 15));
console.log('cold', Date.now() - t);
for (const n of ['bare','floor','ours','naive'] as const) console.log(n, median(colds.map(r => r[n])), ratio(colds, n, 'bare'));
console.log('ours/naive', ratio(colds, 'ours', 'naive'));
t = Date.now();
const starts = (name: string) => startWarm(fileOf(folder, name), env);
const w = { floor: starts('floor'), ours: starts('stripe-webhook'), naive: starts('naive')};
const warms = await inRounds({ floor: () => w.floor.answer(webhookRequest(), 1000), ours: () => w.ours.answer(webhookRequest(), 1000), naive: () => w.naive.answer(webhookRequest(), 1000)}, 15);
console.log('warm', Date.now() - t);
console.table(warms);
for (const n of ['floor','ours','naive'] as const) console.log(n, median(warms.map(r => r[n])), ratio(warms, n, 'floor'));
t = Date.now();
const p = { verify: starts('verify'), constructEvent: starts('construct-event')};
const ps = await inRounds({ verify: () => p.verify.answer(signedWebhook(), 5000), constructEvent: () => p.constructEvent.answer(signedWebhook(), 5000)}, 15);
console.log('v', Date.now() - t);
console.table(ps);
console.log(ratio(ps, 'verify', 'constructEvent'));
for (const x of [...Object.values(w), ...Object.values(p)]) await x.stop();
await aws.stop();
rmSync(folder, {recursive: true});
