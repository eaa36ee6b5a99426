import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Source } from 'aws-cdk-lib/aws-s3-deployment';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import * as v from 'valibot';
import { addFluxrate } from '../../lib/fluxrate.ts';
import { readSettings } from '../../lib/settings.ts';

const CdkJson = v.object({ context: v.record(v.string(), v.unknown()) });
const root = join(import.meta.dirname, '..', '..');
const { context: flags } = v.parse(CdkJson, JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));

export type Templates = { readonly data: Template; readonly api: Template };
export type Context = Readonly<Record<string, unknown>>;

/**
 * The app as `cdk -c name=value` sees it, with a word in place of each bundle, and of the page. Without CloudFormation's own rules,
 * which take longer than all the rest: `validation.test.ts` holds it against them.
 */
export function synthesize(context: Context = {}, builtinCloudFormationValidation = false): Templates {
  const app = new App({
    context: { ...flags, ...context, [DISABLE_ASSET_STAGING_CONTEXT]: true },
    builtinCloudFormationValidation,
  });
  const { dataStack, apiStack } = addFluxrate(app, readSettings(app.node), {
    codeOf: (handler) => Code.fromInline(handler),
    page: Source.data('index.html', 'page'),
  });
  return { data: Template.fromStack(dataStack), api: Template.fromStack(apiStack) };
}
