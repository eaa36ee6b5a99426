import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import * as v from 'valibot';

/** Modules of the AWS SDK that no function of ours runs on Lambda, and what stands in for them. */
export const stubs: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node/dist-es/index.js': 'credentials.ts',
  '@aws-sdk/endpoint-cache/dist-es/index.js': 'endpoint-cache.ts',
  '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js': 'sha256-js.ts',
  '@smithy/core/dist-es/submodules/client/smithy-client/schemaLogFilter.js': 'schema-log-filter.ts',
  '@smithy/core/dist-es/submodules/config/node-config-provider/configLoader.js': 'config-loader.ts',
  '@smithy/core/dist-es/submodules/config/shared-ini-file-loader/loadSharedConfigFiles.js':
    'shared-config-files.ts',
  '@smithy/core/dist-es/submodules/event-streams/index.js': 'event-streams.ts',
};

/**
 * The SDK's exceptions that keep their class: those that carry data, or that the SDK itself knows by more than
 * their name. Any other comes as its client's base exception, under its own name.
 */
export const keptExceptions: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException',
  'ReplicatedWriteConflictException',
  'TransactionCanceledException',
]);

/** An esbuild plugin that leaves out of a bundle what esbuild cannot know to be unused. */
export const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup({ onLoad, onResolve, resolve }) {
    for (const [path, stub] of Object.entries(stubs)) {
      const file = JSON.stringify(join(import.meta.dirname, 'bundle-stubs', stub));
      onLoad({ filter: new RegExp(`/node_modules/${path.replaceAll('.', '\\.')}$`) }, () => ({
        contents: `export * from ${file};`,
        resolveDir: import.meta.dirname,
      }));
    }
    // The Stripe SDK does not say that importing it does nothing, and would be in every bundle that could reach it.
    onResolve({ filter: /^stripe$/, namespace: 'file' }, async ({ path, pluginData, ...from }) =>
      pluginData === 'stripe'
        ? undefined
        : { ...(await resolve(path, { ...from, pluginData: 'stripe' })), sideEffects: false },
    );
    // What is not registered here is not reachable, and a client has dozens.
    onLoad({ filter: /\/@aws-sdk\/client-\w+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        /^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm,
        (line, error) => (keptExceptions.has(error) ? line : ''),
      ),
    }));
    // A client reads nothing but its version from its package.json.
    onLoad({ filter: /\/node_modules\/@aws-sdk\/[^/]+\/package\.json$/ }, async ({ path }) => {
      const used = v.parse(v.object({ version: v.string() }), JSON.parse(await readFile(path, 'utf8')));
      return { contents: JSON.stringify(used), loader: 'json' };
    });
  },
};
