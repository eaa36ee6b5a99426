import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import { build, transform } from 'esbuild';
import { readableColors, theme } from './src/theme.ts';

/** All that a browser loads to show any page, compressed. */
export const MAX_GZIPPED_BYTES = 250 * 1024;

const source = fileURLToPath(new URL('.', import.meta.url));

/**
 * Builds the dashboard into a folder that can be served as it is: index.html, and assets whose names hold a hash of what is in them.
 * Answers how many bytes a browser loads, gzipped.
 */
export async function buildDashboard(folder: string): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(source, 'src/main.tsx')],
    outdir: join(folder, 'assets'),
    entryNames: '[name]-[hash]',
    bundle: true,
    format: 'esm',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    jsx: 'automatic',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    footer: { css: await themeVariables() },
    legalComments: 'eof',
    metafile: true,
    logLevel: 'warning',
  });

  const assets = Object.keys(metafile.outputs);
  const page = readFileSync(join(source, 'index.html'), 'utf8');
  const tags = assets.map((asset) => tagOf(`/${relative(folder, asset)}`)).sort();
  writeFileSync(join(folder, 'index.html'), page.replace('<!-- assets -->', tags.join('\n    ')));
  copyFileSync(join(source, 'icon.svg'), join(folder, 'icon.svg'));

  const loaded = [join(folder, 'index.html'), ...assets];
  return loaded.reduce((total, file) => total + gzipSync(readFileSync(file)).length, 0);
}

function tagOf(url: string): string {
  return url.endsWith('.css')
    ? `<link rel="stylesheet" href="${url}" />`
    : `<script type="module" src="${url}"></script>`;
}

/** Mantine would write these into the page as it starts, as a style element that the Content-Security-Policy refuses. */
async function themeVariables(): Promise<string> {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const { variables, light, dark } = defaultCssVariablesResolver(merged);
  const own = readableColors(merged);
  const css = convertCssVariables(
    {
      variables: { ...variables, ...own.variables },
      light: { '--mantine-color-scheme': 'light', ...light, ...own.light },
      dark: { '--mantine-color-scheme': 'dark', ...dark, ...own.dark },
    },
    ':root',
  );
  const { code } = await transform(css, { loader: 'css', minify: true });
  return code;
}

if (import.meta.main) {
  const bytes = await buildDashboard(process.argv[2] ?? '.build/dashboard');
  console.log(`dashboard: ${(bytes / 1024).toFixed(1)} KB gzipped`);
  if (bytes > MAX_GZIPPED_BYTES)
    throw new Error(`The dashboard is larger than ${MAX_GZIPPED_BYTES / 1024} KB`);
}
