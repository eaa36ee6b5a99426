import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import {
  cacheControl,
  contentSecurityPolicy,
  type DashboardConfig,
  fileName,
} from '../dashboard-delivery.ts';

/** Serves the page as CloudFront does on AWS: by the same rule which paths are pages, and under the same policy. */
export function createDashboard(folder: string, config: DashboardConfig): Hono {
  const headers = {
    'content-security-policy': contentSecurityPolicy([new URL(config.issuer).origin]),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  };
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    const isHashed = context.req.path.startsWith('/assets/') && context.res.ok;
    context.header('cache-control', isHashed ? cacheControl.hashed : cacheControl.other);
  });
  app.get('/config.json', (context) => context.json(config));
  app.get(
    '*',
    serveStatic({
      root: folder,
      rewriteRequestPath: (path) => (fileName.test(path) ? path : '/index.html'),
    }),
  );
  return app;
}
