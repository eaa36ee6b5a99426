import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from '@jest/globals';

/** What may be imported where. The first line whose path a file's begins with decides. */
const RULES: readonly (readonly [importer: string, allowed: RegExp])[] = [
  ['functions/handlers/', /^functions\/((use-cases|http|domain)\/|(composition-root|log)\.ts$)|^aws-lambda$/],
  ['functions/use-cases/', /^functions\/((use-cases|domain)\/|ports\.ts$)/],
  ['functions/domain/', /^functions\/domain\//],
  [
    'functions/http/',
    /^functions\/((http|domain)\/|(ports|log)\.ts$)|^(@middy\/core|valibot|@valibot\/to-json-schema|aws-lambda|node:crypto)$/,
  ],
  ['functions/adapters/', /^functions\/((adapters|domain)\/|ports\.ts$)|^(?!functions\/|lib\/|bin\/|test\/)/],
  [
    'functions/composition-root.ts',
    /^functions\/((adapters|domain)\/|(ports|log|config)\.ts$)|^(valibot|node:crypto|node:timers\/promises)$/,
  ],
  ['functions/', /^functions\/(domain\/|ports\.ts$)|^valibot$/],
  [
    'dashboard/src/',
    /^dashboard\/src\/|^functions\/domain\/|^(react|react-dom\/client|valibot|wouter|oidc-client-ts|react-oidc-context|openapi-fetch|openapi-react-query|@tanstack\/react-query|@mantine\/(core|form|hooks|notifications))$/,
  ],
  ['lib/', /^(?!functions\/|test\/)|^functions\/(http\/routes|adapters\/dynamodb\/table)\.ts$/],
];

const IMPORT = /\b(?:from\s*|import\s*\(?\s*)(['"])(?<specifier>[^'"\n]+)\1/g;

/** The imports of a file that its rule does not allow, as `importer → imported`. */
function violations(file: string, source: string): string[] {
  const [, allowed = /^$/] = RULES.find(([importer]) => file.startsWith(importer)) ?? [];
  return [...source.matchAll(IMPORT)]
    .map(({ groups }) => groups?.['specifier'] ?? '')
    .map((path) => (path.startsWith('.') ? posix.join(posix.dirname(file), path) : path))
    .filter((imported) => !allowed.test(imported))
    .map((imported) => `${file} → ${imported}`);
}

test.each(['functions', 'lib', 'dashboard/src'])('in %s, imports go one way', (folder) => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  expect(files.length).toBeGreaterThan(10);
  expect(
    files.flatMap((name) => violations(`${folder}/${name}`, readFileSync(`${folder}/${name}`, 'utf8'))),
  ).toEqual([]);
});

test.each([
  ['functions/handlers/x.ts', "import { y } from '../adapters/kms/vault.ts';"],
  ['functions/handlers/x.ts', "import { y } from '../config.ts';"],
  ['functions/use-cases/x.ts', "import {\n  type Y,\n  z,\n} from '../http/problem.ts';"],
  ['functions/use-cases/x.ts', "export * from '../composition-root.ts';"],
  ['functions/domain/x.ts', 'import { createHash } from "node:crypto";'],
  ['functions/domain/x.ts', "import type { Stripe } from 'stripe';"],
  ['functions/domain/x.ts', "import type { Vault } from '../ports.ts';"],
  ['functions/http/x.ts', "await import('../use-cases/connect-stripe.ts');"],
  ['functions/adapters/x.ts', "import '../use-cases/connect-stripe.ts';"],
  ['functions/composition-root.ts', "import { y } from './handlers/get-invoice.ts';"],
  ['functions/ports.ts', "import { y } from './adapters/connection-cache.ts';"],
  ['functions/log.ts', "import { y } from '../lib/settings.ts';"],
  ['functions/adapters/x.ts', "import { y } from '../../test/support/builders.ts';"],
  ['dashboard/src/x.tsx', "import { y } from '../../functions/http/problem.ts';"],
  ['dashboard/src/x.tsx', "import { createHash } from 'node:crypto';"],
  ['lib/x.ts', "import { y } from '../functions/domain/money.ts';"],
  ['lib/local/x.ts', "import { y } from '../../test/local/fixtures.ts';"],
])('a violation in %s is found: %s', (file, source) => {
  expect(violations(file, source)).toHaveLength(1);
});
