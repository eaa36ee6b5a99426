import { SCOPES } from '../functions/http/routes.ts';

// How the dashboard's page is delivered: the same by CloudFront and on one machine.

/** A path that names a file. Any other is a page's, and answers `index.html`: ids and environments have no dots. */
export const fileName = /\.[^./]+$/;

/** The page may load and call nothing but its own origin, and for tokens the issuer's. */
export const contentSecurityPolicy = (issuerOrigins: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...issuerOrigins].join(' ')}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The files whose names hold a hash of their content, which so never changes. */
export const hashedFiles = 'assets/*';

export const cacheControl = {
  hashed: 'public, max-age=31536000, immutable',
  other: 'no-cache',
} as const;

/** What the page reads first, at `/config.json`. */
export type DashboardConfig = {
  readonly issuer: string;
  readonly client_id: string;
  readonly scope: string;
};

export const dashboardConfig = (issuer: string, clientId: string): DashboardConfig => ({
  issuer,
  client_id: clientId,
  scope: ['openid', SCOPES.read, SCOPES.write].join(' '),
});

/** Where the issuer sends a person back to, below the page's origin. */
export const signedIn = '/signed-in';
export const signedOut = '/signed-out';
