import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { leaveOutUnused } from './lean-bundles.ts';

const root = join(import.meta.dirname, '..');

/**
 * Bundles every handler, in one run of esbuild, into `<outdir>/<name>/index.js`.
 *
 * CommonJS, because a Node builtin imported as ESM reads all its exports and so loads undici; the SDK from its
 * ES modules, so that what is not used is left out. No source maps: Node would read them in every cold start,
 * and the logs hold no stack traces.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html
 */
export async function bundleHandlers(
  names: readonly string[],
  outdir: string,
  folder = 'functions/handlers',
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, join(folder, `${name}.ts`)])),
    outdir,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    // The SDK imports `node:http` when it first calls: as `require`, or that too would read all its exports.
    supported: { 'dynamic-import': false },
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'error',
    plugins: [leaveOutUnused],
  });
  // The same module system wherever the bundle lies, also below this project's own package.json.
  await Promise.all(
    names.map((name) => writeFile(join(outdir, name, 'package.json'), '{"type":"commonjs"}\n')),
  );
  return metafile;
}
