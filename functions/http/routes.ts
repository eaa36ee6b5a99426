/** The two OAuth scopes of the management API. */
export const SCOPES = { read: 'fluxrate/read', write: 'fluxrate/write' } as const;

export type Route = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** API Gateway's form: a parameter is a whole segment. */
  readonly path: string;
  /** Absent where no token is asked for. */
  readonly scope?: (typeof SCOPES)[keyof typeof SCOPES];
};

const environment = '/api/v1/environments/{env_id}';
const connection = `${environment}/integrations/stripe`;

/** Every HTTP route, under the name of the function that serves it: `handlers/<name>.ts`. */
export const routes = {
  'get-openapi': { method: 'GET', path: '/api/v1/openapi.json' },
  'stripe-webhook': { method: 'POST', path: '/api/v1/webhooks/stripe/{tenant}/{env_id}' },

  'connect-stripe': { method: 'POST', path: connection, scope: SCOPES.write },
  'list-connections': { method: 'GET', path: `${environment}/integrations`, scope: SCOPES.read },
  'get-connection': { method: 'GET', path: connection, scope: SCOPES.read },
  'update-connection': { method: 'PATCH', path: connection, scope: SCOPES.write },
  'disconnect-stripe': { method: 'DELETE', path: connection, scope: SCOPES.write },
  'configure-webhook-endpoint': {
    method: 'POST',
    path: `${connection}/webhook-endpoint`,
    scope: SCOPES.write,
  },
  'check-health': { method: 'GET', path: `${connection}/health`, scope: SCOPES.read },
  'list-webhook-events': { method: 'GET', path: `${connection}/webhook-events`, scope: SCOPES.read },
  'get-webhook-event': { method: 'GET', path: `${connection}/webhook-events/{event_id}`, scope: SCOPES.read },
  'replay-webhook-event': {
    method: 'POST',
    path: `${connection}/webhook-events/{event_id}/replay`,
    scope: SCOPES.write,
  },

  'list-invoices': { method: 'GET', path: `${environment}/invoices`, scope: SCOPES.read },
  'get-invoice': { method: 'GET', path: `${environment}/invoices/{invoice_id}`, scope: SCOPES.read },
  'finalize-invoice-route': {
    method: 'POST',
    path: `${environment}/invoices/{invoice_id}/finalize`,
    scope: SCOPES.write,
  },
  'void-invoice': {
    method: 'POST',
    path: `${environment}/invoices/{invoice_id}/void`,
    scope: SCOPES.write,
  },
  'email-invoice': {
    method: 'POST',
    path: `${environment}/invoices/{invoice_id}/email`,
    scope: SCOPES.write,
  },
  'acknowledge-invoice': {
    method: 'POST',
    path: `${environment}/invoices/{invoice_id}/acknowledge`,
    scope: SCOPES.write,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
