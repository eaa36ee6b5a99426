import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as v from 'valibot';
import { addFluxrate } from '../../lib/fluxrate.ts';
import { readSettings } from '../../lib/settings.ts';

const CdkJson = v.object({ context: v.record(v.string(), v.unknown()) });
const root = join(import.meta.dirname, '..', '..');
const { context: flags } = v.parse(CdkJson, JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));

export type Context = Readonly<Record<string, unknown>>;

/** The app as `cdk -c name=value` sees it, with a word in place of each bundle. */
export function synthesize(context: Context = {}): { readonly data: Template; readonly api: Template } {
  const app = new App({ context: { ...flags, ...context } });
  const { dataStack, apiStack } = addFluxrate(app, readSettings(app.node), (handler) =>
    Code.fromInline(handler),
  );
  return { data: Template.fromStack(dataStack), api: Template.fromStack(apiStack) };
}
