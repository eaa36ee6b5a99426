import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Source } from 'aws-cdk-lib/aws-s3-deployment';
import { buildDashboard } from '../dashboard/build.ts';
import { bundleHandlers } from '../lib/bundles.ts';
import { addFluxrate, handlers } from '../lib/fluxrate.ts';
import { readSettings, WrongContext } from '../lib/settings.ts';

const app = new App();
// In the cloud assembly, so that syntheses at the same time do not share them.
const bundles = join(app.outdir, 'bundles');
const dashboard = join(app.outdir, 'dashboard');

try {
  const settings = readSettings(app.node);
  await Promise.all([bundleHandlers(handlers, bundles), buildDashboard(dashboard)]);
  addFluxrate(app, settings, {
    codeOf: (handler) => Code.fromAsset(join(bundles, handler)),
    page: Source.asset(dashboard),
  });
} catch (error) {
  if (!(error instanceof WrongContext)) throw error;
  console.error(error.message);
  process.exit(1);
}
