import type { Closing } from './domain/closing.ts';
import type { Connection, SealedSecret, SecretPurpose } from './domain/connection.ts';
import type { EmailFeedback } from './domain/email-feedback.ts';
import type { EventCheck, EventPass } from './domain/event-check.ts';
import type {
  Claim,
  Invoice,
  InvoiceContent,
  InvoiceEmail,
  InvoiceStatus,
  PaymentLink,
} from './domain/invoice.ts';
import type { InvoiceEvent } from './domain/invoice-events.ts';
import type { KeyPermission, KeyStanding } from './domain/key-permissions.ts';
import type { Tenant } from './domain/tenant.ts';
import type { EndpointFound, EndpointWanted } from './domain/webhook-endpoint.ts';
import type { ReceivedEvent, WebhookEvent, WebhookEventStatus } from './domain/webhook-event.ts';

/** Thrown by every adapter when the service behind it is away or throttles: the same call may succeed later. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly service: string;

  constructor(service: string, cause?: unknown) {
    super(`${service} is not available now`, { cause });
    this.service = service;
  }
}

export type Clock = () => Date;
export type Sleep = (milliseconds: number) => Promise<void>;

/** A new unguessable id. */
export type NewId = () => string;

export interface Vault {
  /** Encrypts a secret for one tenant and purpose. */
  seal(secret: string, tenant: Tenant, purpose: SecretPurpose): Promise<SealedSecret>;
  /** Decrypts it; throws where it was sealed for another tenant or purpose. */
  open(sealed: SealedSecret, tenant: Tenant, purpose: SecretPurpose): Promise<string>;
}

export interface Connections {
  find(tenant: Tenant): Promise<Connection | null>;
  create(connection: Connection): Promise<'created' | 'exists'>;
  /** Writes `changed` if the stored version is still the one it was read with. */
  update(changed: Connection, readVersion: number): Promise<'updated' | 'conflict'>;
  /** The same, and in the same write keeps the replaced account's key aside for what must still be closed there. */
  replaceAccount(changed: Connection, readVersion: number, closing: Closing): Promise<'updated' | 'conflict'>;
  /** Tenants whose connection is on again, and what came meanwhile is still to be settled. */
  unsettled(): Promise<readonly Tenant[]>;
  /** What came until then is settled, if the connection is still as it was read. */
  saveUnsettledSince(connection: Connection, since: string): Promise<void>;
  /** All of it is, likewise. */
  endUnsettled(connection: Connection): Promise<void>;
  /** Removes the connection as it was read, and keeps its key aside for what must still be closed. */
  remove(connection: Connection, closing: Closing): Promise<'removed' | 'conflict'>;
  /** Kept at most once a minute; never stands in the way of a person's write. */
  noteSignatureFailure(tenant: Tenant, at: Date): Promise<void>;
}

/** Disconnected accounts, until nothing is left to be closed there. */
export interface Closings {
  of(tenant: Tenant): Promise<readonly Closing[]>;
  /** The tenants that have any. */
  due(): Promise<readonly Tenant[]>;
  /** How far the look at every invoice has come. */
  saveProgress(closing: Closing): Promise<void>;
  /** Destroys the key. */
  end(closing: Closing): Promise<void>;
}

/** How far the events of connected accounts were compared with those that arrived. */
export interface EventChecks {
  /** The tenants whose time has come, at most `limit`. */
  due(now: Date, limit: number): Promise<readonly Tenant[]>;
  find(tenant: Tenant): Promise<EventCheck | null>;
  /** Says how far it came, and when to go on; nothing where its connection is gone. */
  save(check: EventCheck, dueAt: Date): Promise<void>;
}

/** Connections as a function that runs all day sees them. */
export interface ConnectionCache {
  /**
   * A connection, at most 30 seconds old: `fresh` where it was read just now.
   * Absent ones, and those that are switched off or have no webhook secret, are always looked up.
   */
  get(tenant: Tenant): Promise<{ readonly connection: Connection | null; readonly fresh: boolean }>;
  /** Reads it again after a signature failed: `too_soon` where that was done less than 30 seconds ago. */
  refresh(tenant: Tenant): Promise<Connection | null | 'too_soon'>;
}

/** A `Stripe-Signature` header that is well formed and fresh. Whether it is true takes the secret. */
export type SignatureHeader = { readonly timestamp: string; readonly signatures: readonly string[] };

/** What only Stripe's documentation can say about its webhooks. */
export interface StripeWebhooks {
  /** Null where the header alone shows that the request cannot be genuine. */
  readHeader(header: string | undefined, now: Date): SignatureHeader | null;
  isSigned(header: SignatureHeader, body: Uint8Array, secret: string): boolean;
  /** Null where the bytes are not an event. */
  parseEvent(body: Uint8Array, receivedAt: Date): WebhookEvent | null;
}

export type Page<T> = { readonly items: readonly T[]; readonly next: string | null };
export type PageRequest = { readonly limit: number; readonly after: string | null };

export interface Invoices {
  find(tenant: Tenant, invoiceId: string): Promise<Invoice | null>;
  list(
    tenant: Tenant,
    filter: { readonly status?: InvoiceStatus | undefined },
    page: PageRequest,
  ): Promise<Page<Invoice>>;
}

export interface InvoiceLinks {
  find(tenant: Tenant, invoiceId: string): Promise<Invoice | null>;
  /** Records the links' new state, if the invoice still has the version that it was read with. */
  recordClosed(closed: Invoice, readVersion: number, at: Date): Promise<boolean>;
}

/** What people decide of an invoice, each written if it still has the version that it was read with. */
export interface InvoiceDecisions {
  find(tenant: Tenant, invoiceId: string): Promise<Invoice | null>;
  /** The lease stays with its holder, who finds the invoice void. */
  recordVoid(voided: Invoice, readVersion: number, at: Date): Promise<boolean>;
  recordAcknowledged(acknowledged: Invoice, readVersion: number): Promise<boolean>;
}

/** E-mails that are sent again. */
export interface EmailResends {
  find(tenant: Tenant, invoiceId: string): Promise<Invoice | null>;
  /** Claims and counts a send in one write, if `read` can still be paid and its e-mail is as it was read. */
  claim(read: Invoice, email: InvoiceEmail): Promise<boolean>;
}

/** What SES says of e-mails. */
export interface EmailFeedbacks {
  find(tenant: Tenant, invoiceId: string): Promise<Invoice | null>;
  /** Writes the e-mail, if it is still as it was read. */
  record(read: Invoice, email: InvoiceEmail): Promise<boolean>;
}

export type FeedbackNotice =
  | { readonly kind: 'feedback'; readonly feedback: EmailFeedback }
  /** Of an e-mail that is not ours, or nothing that we ask for. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'malformed' };

export type DueInvoice = { readonly tenant: Tenant; readonly invoiceId: string };

/** What the sweeper must look at. */
export interface DueInvoices {
  /** Those whose time has come, at most `limit` of all tenants, oldest first. */
  list(now: Date, limit: number): Promise<readonly DueInvoice[]>;
  find(tenant: Tenant, invoiceId: string): Promise<Invoice | null>;
  /** When it is to be looked at again; null: never. Loses to whoever wrote it meanwhile. */
  reschedule(invoice: Invoice, dueAt: Date | null): Promise<void>;
}

/** The conditional writes that make one link, and one e-mail, of any number of calls. */
export interface Finalizations {
  find(tenant: Tenant, invoiceId: string): Promise<Invoice | null>;
  /** Stores the intent before Stripe is called. `stored` is what stood there first. */
  begin(
    invoice: Invoice,
  ): Promise<{ readonly kind: 'begun' } | { readonly kind: 'exists'; readonly stored: Invoice }>;
  /** Takes over an expired lease. False where somebody else was faster. */
  takeOver(stored: Invoice, lease: Claim): Promise<boolean>;
  /** Writes the invoice with another generation, if `stored` is still as it was read. */
  renew(stored: Invoice, renewed: Invoice): Promise<boolean>;
  /** Ends the lease before its time, so that a repeated call need not wait. The sweeper goes on some seconds later. */
  release(invoice: Invoice, at: Date): Promise<void>;
  /** Keeps when Stripe first said that it failed for the current generation, if the lease still holds. */
  markStuck(invoice: Invoice, at: Date): Promise<void>;
  /** Removes an intent that Stripe definitely refused at its first attempt: nothing has happened. */
  abandon(invoice: Invoice): Promise<void>;
  /**
   * Saves the link of the lease's generation, and claims the e-mail for the lease's owner, in one write. An invoice that was settled
   * meanwhile only gets the link. Null where the lease was lost: somebody else goes on.
   */
  saveLink(invoice: Invoice, link: PaymentLink, at: Date): Promise<Invoice | null>;
  /** Claims the e-mail of a finalized invoice. Null where somebody else was faster. */
  claimEmail(stored: Invoice, claim: Claim): Promise<Invoice | null>;
  /** Records how the e-mail of `invoice` went, if its claim still holds. Never touches the invoice's status. */
  markEmail(invoice: Invoice, email: InvoiceEmail, at: Date): Promise<void>;
}

export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** The event was decided before. A delivery of it has been counted. */
  | { readonly kind: 'duplicate'; readonly status: WebhookEventStatus }
  /** The invoice is not as expected: this is how it stands. */
  | { readonly kind: 'refused'; readonly invoice: Invoice | null };

/** The transactions that make exactly one effect of any number of deliveries. */
export interface Settlements {
  /** Settles the plain case in one write: the first payment, of exactly what is due, through the current link. */
  payInFull(tenant: Tenant, event: WebhookEvent, at: Date): Promise<CommitOutcome>;
  /** Records the event and the settled invoice together, if the invoice still has `readVersion`. */
  commit(tenant: Tenant, event: WebhookEvent, settled: SettledInvoice, at: Date): Promise<CommitOutcome>;
  /** Records an event that changes no invoice. */
  record(tenant: Tenant, event: WebhookEvent, verdict: Verdict, at: Date): Promise<CommitOutcome>;
  findInvoice(tenant: Tenant, invoiceId: string): Promise<Invoice | null>;
  /** The invoice that a payment was once settled for: disputes carry no metadata of ours. */
  findInvoiceIdByPayment(tenant: Tenant, paymentId: string): Promise<string | null>;
  /** Keeps an event with the payment that it is about, for when that is known. */
  keepWaiting(tenant: Tenant, event: WebhookEvent, at: Date): Promise<void>;
}

/** Events that came before the payment which they are about. */
export interface WaitingEvents {
  /** Their ids. */
  of(tenant: Tenant, paymentId: string): Promise<readonly string[]>;
  end(tenant: Tenant, paymentId: string, eventId: string): Promise<void>;
}

export type Verdict = { readonly status: WebhookEventStatus; readonly reason: string | null };
export type SettledInvoice = {
  readonly invoice: Invoice;
  readonly readVersion: number;
  readonly verdict: Verdict;
};

export interface WebhookEvents {
  find(tenant: Tenant, eventId: string): Promise<ReceivedEvent | null>;
  list(
    tenant: Tenant,
    filter: {
      readonly status?: WebhookEventStatus | undefined;
      readonly type?: string | undefined;
      readonly invoiceId?: string | undefined;
      /** Received then or later. */
      readonly since?: string | undefined;
      /** Newest first otherwise. */
      readonly oldestFirst?: boolean | undefined;
    },
    page: PageRequest,
  ): Promise<Page<ReceivedEvent>>;
  /** When the newest event was received. */
  lastReceivedAt(tenant: Tenant): Promise<string | null>;
}

export type KeyProof =
  | { readonly kind: 'proven'; readonly accountId: string | null; readonly businessName: string | null }
  | { readonly kind: 'rejected'; readonly detail: string };

export type LinkOrder = {
  readonly idempotencyKey: string;
  readonly content: InvoiceContent;
  /** Goes into the link and its payment. */
  readonly metadata: Readonly<Record<string, string>>;
};

export type LinkOutcome =
  | { readonly kind: 'created'; readonly link: PaymentLink }
  /** 401 or 403: the key does not work (any more), or may not do this. */
  | { readonly kind: 'key_rejected'; readonly detail: string }
  | { readonly kind: 'not_chargeable'; readonly detail: string }
  /** It went wrong at Stripe, which says so again to every repetition under this key: a link may have come of it. */
  | { readonly kind: 'stuck' };

export interface PaymentProvider {
  proveKey(secretKey: string): Promise<KeyProof>;
  /** Throws `Unavailable` where it is not known whether a link came of it: repeat it with the same order. */
  createPaymentLink(secretKey: string, order: LinkOrder): Promise<LinkOutcome>;
  /** A link made since `since` whose metadata carry this nonce: for when the idempotency key is forgotten. */
  findPaymentLink(secretKey: string, nonce: string, since: Date): Promise<PaymentLink | null>;
  /** The payments made through a link, each told as by an event. */
  findPayments(
    secretKey: string,
    linkId: string,
    now: Date,
  ): Promise<{ readonly kind: 'found'; readonly payments: readonly WebhookEvent[] } | KeyRejected>;
  /** Whether the key sees this link: then it is of the link's account and mode. */
  seesPaymentLink(secretKey: string, linkId: string): Promise<boolean>;
  /** Makes a link unpayable: deactivates it, and ends the checkouts that are open on it. May be repeated. */
  closePaymentLink(secretKey: string, linkId: string): Promise<'closed' | 'key_rejected' | 'missing'>;
}

/** 401 or 403: the key does not work (any more), or may not do this. */
export type KeyRejected = { readonly kind: 'key_rejected'; readonly detail: string };

export type EndpointRefusal =
  | KeyRejected
  /** Stripe delivers to public addresses alone. */
  | { readonly kind: 'url_refused' }
  | { readonly kind: 'limit_reached' };

/** Webhook endpoints at Stripe, each call with the tenant's own key. */
export interface WebhookEndpoints {
  /** Of Stripe's API: the events of an endpoint of this version are what we read. */
  readonly apiVersion: string;
  list(
    secretKey: string,
  ): Promise<{ readonly kind: 'listed'; readonly endpoints: readonly EndpointFound[] } | KeyRejected>;
  /** The only call that tells the secret. Repeated for the same `attempt`, it tells it again. */
  create(
    secretKey: string,
    wanted: EndpointWanted,
    attempt: string,
  ): Promise<{ readonly kind: 'created'; readonly id: string; readonly secret: string } | EndpointRefusal>;
  /** Makes an endpoint as wanted, and enables it. */
  update(
    secretKey: string,
    endpointId: string,
    wanted: EndpointWanted,
  ): Promise<{ readonly kind: 'updated' } | EndpointRefusal>;
  /** Removes an endpoint of ours at Stripe; one that is gone already is as good. */
  remove(secretKey: string, endpointId: string): Promise<void>;
}

/** What happened in a tenant's account, as Stripe remembers it. */
export interface ProviderEvents {
  /** A page of the events about payments, newest first. */
  list(
    secretKey: string,
    pass: EventPass,
    now: Date,
  ): Promise<
    | { readonly kind: 'listed'; readonly events: readonly WebhookEvent[]; readonly next: string | null }
    /** Stripe has forgotten the event after which to go on: a pass must begin anew. */
    | { readonly kind: 'place_lost' }
    | KeyRejected
  >;
}

export interface KeyProbe {
  /** Which of these permissions a key lacks. Asking has no effect. */
  probe(secretKey: string, permissions: readonly KeyPermission[]): Promise<KeyStanding>;
}

export type OutgoingEmail = {
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly tags: Readonly<Record<string, string>>;
};

export type MailOutcome =
  | { readonly kind: 'sent' }
  /** Refused for good: the address, the sender or the content. */
  | { readonly kind: 'refused' }
  /** Not sent, and worth another try. */
  | { readonly kind: 'unavailable' }
  /** The answer was lost: it may have been sent. */
  | { readonly kind: 'unknown' };

export interface Mailer {
  send(email: OutgoingEmail): Promise<MailOutcome>;
}

/** One change of an invoice; `before` is null where it was not there before. */
export type InvoiceChange = {
  /** Where in the stream it stands. */
  readonly sequenceNumber: string;
  readonly before: Invoice | null;
  readonly after: Invoice;
};

/** The table's changes, as they come. */
export interface InvoiceStream {
  /** A batch of changes of invoices, in order; of those that are not as our code writes them only whose they are. */
  read(batch: unknown): {
    readonly changes: readonly InvoiceChange[];
    readonly unreadable: readonly { readonly tenant: Tenant; readonly invoiceId: string }[];
  };
}

export type PublishOutcome =
  | { readonly kind: 'published' }
  /** Some are not on the bus, or nobody knows: these are to be put again. */
  | { readonly kind: 'unpublished'; readonly ids: ReadonlySet<string>; readonly reason: string };

/** Where the platform hears of invoices. */
export interface EventBus {
  /** Puts events there in their order, until some are not taken. Never throws. */
  publish(events: readonly InvoiceEvent[]): Promise<PublishOutcome>;
}

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** All that may ever be logged. What is not named here cannot be. */
export type LogFields = {
  readonly org_id?: string;
  readonly env_id?: string;
  readonly invoice_id?: string;
  readonly event_id?: string;
  readonly event_type?: string;
  readonly request_id?: string;
  readonly route?: string;
  readonly status?: string | number;
  readonly code?: string;
  readonly service?: string;
  /** The class of an error, never its message: SDKs put headers and payloads there. */
  readonly error?: string;
};
