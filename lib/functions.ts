import type { RouteName } from '../functions/http/routes.ts';

/** The kinds of item in the one table: the end of their partition keys. */
export type Item = 'CONNECTION' | 'CLOSING' | 'INVOICE#*' | 'EVENT#*' | 'PAYMENT#*';
/** What the list index lists: the end of its partition keys. */
export type List = 'EVENTS' | 'INVOICES';
export type TableAction = 'Query' | 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';
export type SecretPurpose = 'secret_key' | 'webhook_secret';

/** All that a function may do, and the environment variables that come with it. */
export type Needs = {
  readonly table?: readonly { readonly actions: readonly TableAction[]; readonly items: readonly Item[] }[];
  readonly lists?: readonly List[];
  /** Finds what is due, of all tenants. */
  readonly findsDue?: boolean;
  /** Invoked by itself, again and again. */
  readonly everyMinutes?: number;
  readonly encrypts?: readonly SecretPurpose[];
  readonly decrypts?: readonly SecretPurpose[];
  readonly sendsMail?: boolean;
  /** Says when an unpaid link is first looked up. */
  readonly setsFirstLook?: boolean;
  /** Is told by SES what becomes of e-mails. */
  readonly hearsOfMail?: boolean;
  /** Invoked with every change of an invoice. What is given up is named in a queue, as with `givenUp`. */
  readonly followsInvoices?: { readonly keep: string; readonly whoIsHurt: string };
  /** Tells the platform of invoices. */
  readonly publishesEvents?: boolean;
  /** Answers webhook URLs. */
  readonly knowsPublicUrl?: boolean;
  /** Writes events, which expire. */
  readonly recordsEvents?: boolean;
  readonly memoryMegabytes?: number;
  readonly timeoutSeconds?: number;
  /** Invoked asynchronously: what Lambda gives up is kept in a queue whose address is the output `{keep}QueueUrl`, and wakes somebody up. */
  readonly givenUp?: { readonly keep: string; readonly alarm: string };
  /** Errors in five minutes that wake somebody up, and why. */
  readonly alarm?: { readonly errors: number; readonly whoIsHurt: string };
};

/** Settling what was paid through a link that is closed: one statement for all that one transaction writes. */
const lookedUpPayments = {
  actions: ['PutItem', 'UpdateItem'],
  items: ['INVOICE#*', 'PAYMENT#*'],
} as const;

const finalize: Needs = {
  table: [
    { actions: ['GetItem'], items: ['CONNECTION', 'INVOICE#*', 'PAYMENT#*'] },
    { actions: ['DeleteItem'], items: ['INVOICE#*'] },
    lookedUpPayments,
  ],
  decrypts: ['secret_key'],
  sendsMail: true,
  setsFirstLook: true,
  memoryMegabytes: 512,
  // Below API Gateway's 30 seconds, and below the lease of an invoice.
  timeoutSeconds: 25,
  // A refused invoice is an error of the function as well: a few are a caller's mistake.
  alarm: { errors: 5, whoIsHurt: 'Customers get no payment link for their invoices.' },
};

/** Closing an account: its links at Stripe and in the table, its endpoint, and at last its key. */
const closeAccount = {
  table: [
    { actions: ['GetItem'], items: ['INVOICE#*', 'PAYMENT#*'] },
    lookedUpPayments,
    { actions: ['Query', 'UpdateItem', 'DeleteItem'], items: ['CLOSING'] },
  ],
  lists: ['INVOICES'],
  decrypts: ['secret_key'],
} as const satisfies Needs;

const platformIsDeaf = 'The platform does not learn that invoices are paid.';

/** Every function by the name of its handler: one for each route, and those that are invoked directly. */
export const functions: Readonly<
  Record<RouteName | 'finalize-invoice' | 'publish-invoice-events' | 'record-email-feedback' | 'sweep', Needs>
> = {
  // It tells what is built in, and needs nothing.
  'get-openapi': {},

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
    // Enough for every service behind it to time out, so that the answer is still ours to give.
    timeoutSeconds: 20,
    alarm: {
      errors: 1,
      whoIsHurt: 'Customers have paid and their invoices stay open, until Stripe delivers the event again.',
    },
  },

  'connect-stripe': {
    table: [{ actions: ['GetItem', 'PutItem', 'UpdateItem'], items: ['CONNECTION'] }],
    encrypts: ['secret_key', 'webhook_secret'],
    knowsPublicUrl: true,
    timeoutSeconds: 25,
  },
  'configure-webhook-endpoint': {
    table: [{ actions: ['GetItem', 'UpdateItem'], items: ['CONNECTION'] }],
    lists: ['EVENTS'],
    encrypts: ['webhook_secret'],
    decrypts: ['secret_key'],
    knowsPublicUrl: true,
    timeoutSeconds: 25,
  },
  'check-health': {
    table: [{ actions: ['GetItem'], items: ['CONNECTION'] }],
    lists: ['EVENTS'],
    decrypts: ['secret_key'],
    knowsPublicUrl: true,
    timeoutSeconds: 25,
  },
  'update-connection': {
    table: [
      ...closeAccount.table,
      { actions: ['GetItem'], items: ['CONNECTION'] },
      // One statement for all that one transaction writes: another account, or what was skipped.
      {
        actions: ['PutItem', 'UpdateItem'],
        items: ['CONNECTION', 'CLOSING', 'INVOICE#*', 'EVENT#*', 'PAYMENT#*'],
      },
    ],
    lists: ['EVENTS', 'INVOICES'],
    encrypts: ['secret_key', 'webhook_secret'],
    decrypts: ['secret_key'],
    knowsPublicUrl: true,
    timeoutSeconds: 25,
  },
  'disconnect-stripe': {
    ...closeAccount,
    table: [
      ...closeAccount.table,
      { actions: ['GetItem'], items: ['CONNECTION'] },
      // One statement for all that one transaction writes.
      { actions: ['PutItem', 'UpdateItem', 'DeleteItem'], items: ['CONNECTION', 'CLOSING'] },
    ],
    timeoutSeconds: 25,
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
  'replay-webhook-event': {
    table: [
      { actions: ['GetItem'], items: ['CONNECTION', 'EVENT#*', 'INVOICE#*', 'PAYMENT#*'] },
      { actions: ['PutItem', 'UpdateItem'], items: ['INVOICE#*', 'EVENT#*', 'PAYMENT#*'] },
    ],
  },

  'list-invoices': { lists: ['INVOICES'] },
  'get-invoice': { table: [{ actions: ['GetItem'], items: ['INVOICE#*'] }] },
  'finalize-invoice-route': finalize,
  'void-invoice': {
    table: [{ actions: ['GetItem'], items: ['CONNECTION', 'INVOICE#*', 'PAYMENT#*'] }, lookedUpPayments],
    decrypts: ['secret_key'],
    timeoutSeconds: 25,
  },
  'email-invoice': {
    table: [
      { actions: ['GetItem'], items: ['CONNECTION', 'INVOICE#*'] },
      { actions: ['UpdateItem'], items: ['INVOICE#*'] },
    ],
    sendsMail: true,
    setsFirstLook: true,
    // Below the claim of an e-mail.
    timeoutSeconds: 25,
  },
  'acknowledge-invoice': { table: [{ actions: ['GetItem', 'UpdateItem'], items: ['INVOICE#*'] }] },
  'finalize-invoice': {
    ...finalize,
    givenUp: {
      keep: 'FinalizeFailed',
      alarm:
        'Invoices that were asked for asynchronously were given up. Customers wait for their payment links: the sweeper finishes those that had begun, the others must be asked for again.',
    },
  },

  'record-email-feedback': {
    table: [{ actions: ['GetItem', 'UpdateItem'], items: ['INVOICE#*'] }],
    hearsOfMail: true,
    givenUp: {
      keep: 'EmailFeedbackFailed',
      alarm:
        'What SES told of e-mails was given up. Tenants believe that their customers have invoices which came back.',
    },
    alarm: {
      errors: 3,
      whoIsHurt: 'Tenants believe that their customers have invoices which came back.',
    },
  },

  'publish-invoice-events': {
    followsInvoices: { keep: 'InvoiceEventsFailed', whoIsHurt: platformIsDeaf },
    publishesEvents: true,
    timeoutSeconds: 25,
    alarm: { errors: 1, whoIsHurt: platformIsDeaf },
  },

  sweep: {
    ...finalize,
    table: [
      ...closeAccount.table,
      ...(finalize.table ?? []),
      // What came before its payment.
      { actions: ['Query', 'DeleteItem'], items: ['PAYMENT#*'] },
      { actions: ['GetItem'], items: ['EVENT#*'] },
      { actions: ['UpdateItem'], items: ['CONNECTION'] },
      // One statement for all that one transaction writes.
      { actions: ['PutItem', 'UpdateItem'], items: ['INVOICE#*', 'EVENT#*', 'PAYMENT#*'] },
    ],
    lists: ['INVOICES', 'EVENTS'],
    recordsEvents: true,
    findsDue: true,
    everyMinutes: 1,
    alarm: {
      errors: 3,
      whoIsHurt: 'Customers wait for links and e-mails that broke off, tenants for disconnections.',
    },
  },
};
