import type { RouteName } from '../functions/http/routes.ts';

/** The kinds of item in the one table: the end of their partition keys. */
export type Item = 'CONNECTION' | 'INVOICE#*' | 'EVENT#*' | 'PAYMENT#*';
/** What the list index lists: the end of its partition keys. */
export type List = 'EVENTS' | 'INVOICES';
export type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';
export type SecretPurpose = 'secret_key' | 'webhook_secret';

/** All that a function may do, and the environment variables that come with it. */
export type Needs = {
  readonly table?: readonly { readonly actions: readonly TableAction[]; readonly items: readonly Item[] }[];
  readonly lists?: readonly List[];
  readonly encrypts?: readonly SecretPurpose[];
  readonly decrypts?: readonly SecretPurpose[];
  readonly sendsMail?: boolean;
  /** Answers webhook URLs. */
  readonly knowsPublicUrl?: boolean;
  /** Writes events, which expire. */
  readonly recordsEvents?: boolean;
  readonly memoryMegabytes?: number;
  readonly timeoutSeconds?: number;
  /** Errors in five minutes that wake somebody up, and why. */
  readonly alarm?: { readonly errors: number; readonly whoIsHurt: string };
};

const finalize: Needs = {
  table: [
    { actions: ['GetItem'], items: ['CONNECTION', 'INVOICE#*'] },
    { actions: ['PutItem', 'UpdateItem', 'DeleteItem'], items: ['INVOICE#*'] },
  ],
  decrypts: ['secret_key'],
  sendsMail: true,
  memoryMegabytes: 512,
  // Below API Gateway's 30 seconds, and below the lease of an invoice.
  timeoutSeconds: 25,
  // A refused invoice is an error of the function as well: a few are a caller's mistake.
  alarm: { errors: 5, whoIsHurt: 'Customers get no payment link for their invoices.' },
};

/** Every function by the name of its handler: one for each route, and those that are invoked directly. */
export const functions: Readonly<Record<RouteName | 'finalize-invoice', Needs>> = {
  'stripe-webhook': {
    table: [
      { actions: ['GetItem'], items: ['CONNECTION', 'INVOICE#*', 'PAYMENT#*'] },
      // One statement for all that one transaction writes.
      { actions: ['PutItem', 'UpdateItem'], items: ['INVOICE#*', 'EVENT#*', 'PAYMENT#*'] },
      { actions: ['UpdateItem'], items: ['CONNECTION'] },
    ],
    decrypts: ['webhook_secret'],
    recordsEvents: true,
    // A cold start is CPU for TLS and parsing, and CPU comes with memory.
    memoryMegabytes: 512,
    // Stripe gives up on a delivery not long after, and delivers again.
    timeoutSeconds: 10,
    alarm: {
      errors: 1,
      whoIsHurt: 'Customers have paid and their invoices stay open, until Stripe delivers the event again.',
    },
  },

  'connect-stripe': {
    table: [{ actions: ['GetItem', 'PutItem'], items: ['CONNECTION'] }],
    lists: ['EVENTS'],
    encrypts: ['secret_key', 'webhook_secret'],
    knowsPublicUrl: true,
  },
  'update-connection': {
    table: [{ actions: ['GetItem', 'UpdateItem'], items: ['CONNECTION'] }],
    lists: ['EVENTS'],
    encrypts: ['secret_key', 'webhook_secret'],
    knowsPublicUrl: true,
  },
  'get-connection': {
    table: [{ actions: ['GetItem'], items: ['CONNECTION'] }],
    lists: ['EVENTS'],
    knowsPublicUrl: true,
  },
  'list-connections': {
    table: [{ actions: ['GetItem'], items: ['CONNECTION'] }],
    lists: ['EVENTS'],
    knowsPublicUrl: true,
  },

  'list-webhook-events': { lists: ['EVENTS'] },
  'get-webhook-event': { table: [{ actions: ['GetItem'], items: ['EVENT#*'] }] },

  'list-invoices': { lists: ['INVOICES'] },
  'get-invoice': { table: [{ actions: ['GetItem'], items: ['INVOICE#*'] }] },
  'finalize-invoice-route': finalize,
  'finalize-invoice': finalize,
};
