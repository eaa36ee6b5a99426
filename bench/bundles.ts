import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundleHandlers } from '../lib/bundles.ts';

const root = join(import.meta.dirname, '..');
const ours = ['stripe-webhook'];
const measures = ['bare', 'floor', 'construct-event', 'verify-and-parse', 'verify-and-read'];

/** Builds what is measured, from the project's own sources, so that an update of the SDK moves all of it. */
export async function buildBundles(folder: string) {
  await bundleHandlers(ours, folder);
  await bundleHandlers(measures, folder, 'bench/handlers');
  await buildNaively('stripe-webhook', join(folder, 'naive', 'index.js'));
  // As if they did not lie below this project's own package.json.
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');

  const fileOf = (name: string) => join(folder, name, 'index.js');
  return { fileOf, bytesOf: (name: string) => statSync(fileOf(name)).size };
}

/** As one would who thinks of nothing but that it works: esbuild's defaults, and Stripe's own library to verify. */
async function buildNaively(handler: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [join('functions/handlers', `${handler}.ts`)],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    logLevel: 'error',
    plugins: [verifyWithStripe],
  });
}

const verifyWithStripe: Plugin = {
  name: 'verify-with-stripe',
  setup({ onResolve }) {
    onResolve({ filter: /\/adapters\/stripe\/webhooks\.ts$/ }, () => ({
      path: join(import.meta.dirname, 'naive-webhooks.ts'),
    }));
  },
};
