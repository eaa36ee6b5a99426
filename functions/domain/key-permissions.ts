/** What a restricted key must be allowed to do, as Stripe's Dashboard names it. */
export const KEY_PERMISSIONS = [
  'Payment Links (write)',
  'Checkout Sessions (write)',
  'PaymentIntents (read)',
  'Charges and Refunds (read)',
  'Events (read)',
  'Webhook Endpoints (write)',
] as const;
export type KeyPermission = (typeof KEY_PERMISSIONS)[number];

/** What Stripe says of a key. */
export type KeyStanding =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly missing: readonly KeyPermission[] };
