import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundleHandlers } from '../lib/bundles.ts';

const root = join(import.meta.dirname, '..');

/** Builds every variant into `folder`, from the project's own sources, and answers how many bytes the file of each has. */
export async function buildVariants(folder: string): Promise<ReadonlyMap<string, number>> {
  await bundleHandlers(['stripe-webhook'], folder);
  await bundleHandlers(['bare', 'floor', 'verify', 'construct-event'], folder, 'bench/handlers');
  await build({
    absWorkingDir: root,
    entryPoints: ['functions/handlers/stripe-webhook.ts'],
    outfile: fileOf(folder, 'naive'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    logLevel: 'error',
    plugins: [verifyWithStripe],
  });
  // As if nothing of this project lay above it.
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  const names = ['bare', 'floor', 'stripe-webhook', 'naive'];
  return new Map(names.map((name) => [name, statSync(fileOf(folder, name)).size]));
}

export const fileOf = (folder: string, name: string) => join(folder, name, 'index.js');

/** What nobody would do without a reason: verify without Stripe's library. */
const verifyWithStripe: Plugin = {
  name: 'verify-with-stripe',
  setup({ onResolve }) {
    onResolve({ filter: /\/adapters\/stripe\/webhooks\.ts$/ }, () => ({
      path: join(root, 'bench/naive-webhooks.ts'),
    }));
  },
};
