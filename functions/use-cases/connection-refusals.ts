/** What every use case that needs the connection may have to answer. */

export const notConnected = {
  kind: 'refused',
  code: 'connection_not_found',
  detail: 'Stripe is not connected in this environment. Connect it first.',
} as const;

export const writeConflict = {
  kind: 'refused',
  code: 'write_conflict',
  detail: 'Somebody else changed the connection at the same time. Look at it again, then repeat your change.',
} as const;
