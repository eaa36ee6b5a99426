// biome-ignore-all format: made by dashboard/generate-types.ts
// biome-ignore-all lint: made by dashboard/generate-types.ts
export interface paths {
  "/api/v1/openapi.json": {
    /** This document */
    get: operations["get-openapi"];
  };
  "/api/v1/webhooks/stripe/{tenant}/{env_id}": {
    /** Take a webhook of Stripe, whose signature is the proof */
    post: operations["stripe-webhook"];
  };
  "/api/v1/environments/{env_id}/integrations/stripe": {
    /** Get the connection */
    get: operations["get-connection"];
    /** Connect a Stripe account */
    post: operations["connect-stripe"];
    /** Disconnect: close open links, remove the managed endpoint, destroy both secrets */
    delete: operations["disconnect-stripe"];
    /** Rename the connection, rotate its secrets, switch it on or off */
    patch: operations["update-connection"];
  };
  "/api/v1/environments/{env_id}/integrations": {
    /** List the connections of an environment */
    get: operations["list-connections"];
  };
  "/api/v1/environments/{env_id}/integrations/stripe/webhook-endpoint": {
    /** Create or mend the webhook endpoint at Stripe */
    post: operations["configure-webhook-endpoint"];
  };
  "/api/v1/environments/{env_id}/integrations/stripe/health": {
    /** Check all that the integration needs, and say what to do */
    get: operations["check-health"];
  };
  "/api/v1/environments/{env_id}/integrations/stripe/webhook-events": {
    /** List the webhook events that were received */
    get: operations["list-webhook-events"];
  };
  "/api/v1/environments/{env_id}/integrations/stripe/webhook-events/{event_id}": {
    /** Get a webhook event */
    get: operations["get-webhook-event"];
  };
  "/api/v1/environments/{env_id}/integrations/stripe/webhook-events/{event_id}/replay": {
    /** Apply a recorded webhook event again, through the same rules */
    post: operations["replay-webhook-event"];
  };
  "/api/v1/environments/{env_id}/invoices": {
    /** List invoices */
    get: operations["list-invoices"];
  };
  "/api/v1/environments/{env_id}/invoices/{invoice_id}": {
    /** Get an invoice */
    get: operations["get-invoice"];
  };
  "/api/v1/environments/{env_id}/invoices/{invoice_id}/finalize": {
    /** Finalize an invoice: one Payment Link, one e-mail, however often it is asked for */
    post: operations["finalize-invoice-route"];
  };
  "/api/v1/environments/{env_id}/invoices/{invoice_id}/void": {
    /** Void an invoice: deactivate its link, expire the checkouts that are open on it */
    post: operations["void-invoice"];
  };
  "/api/v1/environments/{env_id}/invoices/{invoice_id}/email": {
    /** Send the e-mail of an invoice again, at most 5 times in 24 hours */
    post: operations["email-invoice"];
  };
  "/api/v1/environments/{env_id}/invoices/{invoice_id}/acknowledge": {
    /** Note that a person has seen to what needed attention, until something new happens */
    post: operations["acknowledge-invoice"];
  };
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    Connection: {
      id: string;
      /** @constant */
      provider: "stripe";
      name: string;
      is_active: boolean;
      livemode: boolean;
      /** @description Null where a restricted key may not read it. */
      stripe_account_id: string | null;
      /** @description The prefix and the last four characters. */
      secret_key_hint: string;
      webhook_secret_set: boolean;
      /** Format: uri */
      webhook_url: string;
      webhook_endpoint: {
        id: string;
        managed: boolean;
      } | null;
      last_event_at: string | null;
      last_signature_failure_at: string | null;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
    };
    Invoice: {
      invoice_id: string;
      invoice_number: string;
      customer_id: string;
      customer: {
        name: string;
        email: string | null;
      };
      /** @enum {string} */
      currency: "AED" | "AFN" | "ALL" | "AMD" | "ANG" | "AOA" | "ARS" | "AUD" | "AWG" | "AZN" | "BAM" | "BBD" | "BDT" | "BGN" | "BHD" | "BIF" | "BMD" | "BND" | "BOB" | "BRL" | "BSD" | "BWP" | "BYN" | "BZD" | "CAD" | "CDF" | "CHF" | "CLP" | "CNY" | "COP" | "CRC" | "CVE" | "CZK" | "DJF" | "DKK" | "DOP" | "DZD" | "EGP" | "ETB" | "EUR" | "FJD" | "FKP" | "GBP" | "GEL" | "GIP" | "GMD" | "GNF" | "GTQ" | "GYD" | "HKD" | "HNL" | "HTG" | "HUF" | "IDR" | "ILS" | "INR" | "ISK" | "JMD" | "JOD" | "JPY" | "KES" | "KGS" | "KHR" | "KMF" | "KRW" | "KWD" | "KYD" | "KZT" | "LAK" | "LBP" | "LKR" | "LRD" | "LSL" | "MAD" | "MDL" | "MGA" | "MKD" | "MMK" | "MNT" | "MOP" | "MUR" | "MVR" | "MWK" | "MXN" | "MYR" | "MZN" | "NAD" | "NGN" | "NIO" | "NOK" | "NPR" | "NZD" | "OMR" | "PAB" | "PEN" | "PGK" | "PHP" | "PKR" | "PLN" | "PYG" | "QAR" | "RON" | "RSD" | "RUB" | "RWF" | "SAR" | "SBD" | "SCR" | "SEK" | "SGD" | "SHP" | "SLE" | "SOS" | "SRD" | "STD" | "SZL" | "THB" | "TJS" | "TND" | "TOP" | "TRY" | "TTD" | "TWD" | "TZS" | "UAH" | "UGX" | "USD" | "UYU" | "UZS" | "VND" | "VUV" | "WST" | "XAF" | "XCD" | "XCG" | "XOF" | "XPF" | "YER" | "ZAR" | "ZMW";
      /** @description In the currency's smallest unit. */
      amount_due: number;
      /** @description The sum of the applied payments. */
      amount_paid: number;
      /** @enum {string} */
      status: "FINALIZING" | "FINALIZED" | "PAYMENT_PENDING" | "PAID" | "VOID";
      /** @description What a person must look at. */
      attention: ("underpaid" | "overpaid" | "paid_twice" | "paid_after_void" | "currency_mismatch" | "refunded" | "disputed")[];
      payment_link: {
        id: string;
        /** Format: uri */
        url: string;
        active: boolean;
      } | null;
      email: {
        /** @enum {string} */
        status: "pending" | "sent" | "skipped" | "failed" | "bounced" | "complained";
        to: string | null;
        sent_at: string | null;
      };
      payments: ({
          provider_payment_id: string;
          /** @description In the currency's smallest unit. */
          amount: number;
          currency: string;
          /** @enum {string} */
          status: "applied" | "pending" | "failed" | "excess" | "unexpected";
          /** @description The event that told of it; the checkout session where Stripe was asked, since no event had come. */
          event_id: string;
          /** Format: date-time */
          at: string;
        })[];
      due_date: string | null;
      memo: string | null;
      finalized_at: string | null;
      paid_at: string | null;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
    };
    WebhookEvent: {
      event_id: string;
      type: string;
      /** @enum {string} */
      status: "applied" | "recorded" | "ignored" | "unmatched" | "rejected" | "skipped";
      /** @description Why it changed no invoice. */
      reason: string | null;
      invoice_id: string | null;
      customer_id: string | null;
      amount: string | null;
      currency: string | null;
      provider_payment_id: string | null;
      livemode: boolean;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      received_at: string;
      processed_at: string | null;
      /** @description How often Stripe delivered it; 0 where it was fetched, since it never came. */
      deliveries: number;
    };
    Problem: {
      type: string;
      title: string;
      status: number;
      /** @enum {string} */
      code: "malformed_json" | "signature_verification_failed" | "invalid_event" | "tenant_missing" | "connection_not_found" | "cursor_not_found" | "invoice_not_found" | "webhook_event_not_found" | "webhook_not_found" | "connection_exists" | "connection_inactive" | "invoice_changed" | "invoice_paid" | "invoice_void" | "payments_in_flight" | "stripe_account_changed" | "write_conflict" | "payload_too_large" | "invalid_request" | "no_email_address" | "amount_not_chargeable" | "not_a_secret_key" | "not_a_webhook_secret" | "stripe_key_rejected" | "webhook_url_not_public" | "endpoint_limit_reached" | "too_many_emails" | "internal_error" | "try_again" | "service_unavailable";
      detail: string;
      errors?: {
          field: string;
          message: string;
        }[];
      request_id: string;
    };
    GatewayMessage: {
      message: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export type external = Record<string, never>;

export interface operations {

  /** This document */
  "get-openapi": {
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": {
            /** @constant */
            openapi: "3.1.0";
            paths: Record<string, never>;
          };
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Take a webhook of Stripe, whose signature is the proof */
  "stripe-webhook": {
    parameters: {
      header: {
        "stripe-signature": string;
      };
      path: {
        tenant: string;
        env_id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          id: string;
          type: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": {
            /** @constant */
            received: true;
            /** @enum {string} */
            status: "applied" | "recorded" | "ignored" | "unmatched" | "rejected" | "skipped";
          };
        };
      };
      /** @description The signature could not be verified. The body is not a Stripe event. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such webhook. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Get the connection */
  "get-connection": {
    parameters: {
      path: {
        env_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Connection"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe is not connected. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Connect a Stripe account */
  "connect-stripe": {
    parameters: {
      path: {
        env_id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description must not hold a secret: it is shown */
          name: string;
          secret_key: string;
          webhook_secret?: string;
          configure_webhook?: boolean;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        content: {
          "application/json": components["schemas"]["Connection"];
        };
      };
      /** @description The body is not JSON. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe is connected already. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe rejected the secret key. Not a Stripe secret key. Not a webhook signing secret. Stripe cannot reach the webhook URL. Stripe allows no more webhook endpoints. The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Disconnect: close open links, remove the managed endpoint, destroy both secrets */
  "disconnect-stripe": {
    parameters: {
      query?: {
        confirm?: "true";
      };
      path: {
        env_id: string;
      };
    };
    responses: {
      /** @description Done. */
      204: {
        content: never;
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe is not connected. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Payments are on their way. Somebody else changed it at the same time. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Rename the connection, rotate its secrets, switch it on or off */
  "update-connection": {
    parameters: {
      path: {
        env_id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description must not hold a secret: it is shown */
          name?: string;
          secret_key?: string;
          webhook_secret?: string;
          is_active?: boolean;
          confirm_account_change?: boolean;
          revoke_previous?: boolean;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Connection"];
        };
      };
      /** @description The body is not JSON. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe is not connected. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Somebody else changed it at the same time. The key is of another Stripe account. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe rejected the secret key. Not a Stripe secret key. Not a webhook signing secret. The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** List the connections of an environment */
  "list-connections": {
    parameters: {
      query?: {
        limit?: string;
        cursor?: string;
      };
      path: {
        env_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["Connection"][];
            /** @description Of the next page; null on the last. */
            next_cursor: string | null;
          };
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such page. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Create or mend the webhook endpoint at Stripe */
  "configure-webhook-endpoint": {
    parameters: {
      path: {
        env_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Connection"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe is not connected. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Somebody else changed it at the same time. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe rejected the secret key. Stripe cannot reach the webhook URL. Stripe allows no more webhook endpoints. The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Check all that the integration needs, and say what to do */
  "check-health": {
    parameters: {
      path: {
        env_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": {
            data: ({
                /** @enum {string} */
                check: "key_works" | "mode" | "permissions" | "webhook_endpoint" | "events_subscribed" | "last_event" | "signature_failures";
                /** @enum {string} */
                status: "pass" | "warn" | "fail";
                /** @description How it is, and what to do. */
                detail: string;
              })[];
            /** @description Of the next page; null on the last. */
            next_cursor: string | null;
          };
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe is not connected. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** List the webhook events that were received */
  "list-webhook-events": {
    parameters: {
      query?: {
        limit?: string;
        cursor?: string;
        status?: "applied" | "recorded" | "ignored" | "unmatched" | "rejected" | "skipped";
        type?: string;
        invoice_id?: string;
      };
      path: {
        env_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["WebhookEvent"][];
            /** @description Of the next page; null on the last. */
            next_cursor: string | null;
          };
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such page. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Get a webhook event */
  "get-webhook-event": {
    parameters: {
      path: {
        env_id: string;
        event_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookEvent"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such webhook event. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Apply a recorded webhook event again, through the same rules */
  "replay-webhook-event": {
    parameters: {
      path: {
        env_id: string;
        event_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookEvent"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such webhook event. Stripe is not connected. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** List invoices */
  "list-invoices": {
    parameters: {
      query?: {
        limit?: string;
        cursor?: string;
        status?: "FINALIZING" | "FINALIZED" | "PAYMENT_PENDING" | "PAID" | "VOID";
      };
      path: {
        env_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": {
            data: components["schemas"]["Invoice"][];
            /** @description Of the next page; null on the last. */
            next_cursor: string | null;
          };
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such page. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Get an invoice */
  "get-invoice": {
    parameters: {
      path: {
        env_id: string;
        invoice_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Invoice"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such invoice. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Finalize an invoice: one Payment Link, one e-mail, however often it is asked for */
  "finalize-invoice-route": {
    parameters: {
      path: {
        env_id: string;
        invoice_id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description must be well-formed Unicode */
          invoice_number: string;
          customer_id: string;
          customer: {
            /** @description must be well-formed Unicode */
            name: string;
            /** @default null */
            email?: string | null;
          };
          /** @enum {string} */
          currency: "AED" | "AFN" | "ALL" | "AMD" | "ANG" | "AOA" | "ARS" | "AUD" | "AWG" | "AZN" | "BAM" | "BBD" | "BDT" | "BGN" | "BHD" | "BIF" | "BMD" | "BND" | "BOB" | "BRL" | "BSD" | "BWP" | "BYN" | "BZD" | "CAD" | "CDF" | "CHF" | "CLP" | "CNY" | "COP" | "CRC" | "CVE" | "CZK" | "DJF" | "DKK" | "DOP" | "DZD" | "EGP" | "ETB" | "EUR" | "FJD" | "FKP" | "GBP" | "GEL" | "GIP" | "GMD" | "GNF" | "GTQ" | "GYD" | "HKD" | "HNL" | "HTG" | "HUF" | "IDR" | "ILS" | "INR" | "ISK" | "JMD" | "JOD" | "JPY" | "KES" | "KGS" | "KHR" | "KMF" | "KRW" | "KWD" | "KYD" | "KZT" | "LAK" | "LBP" | "LKR" | "LRD" | "LSL" | "MAD" | "MDL" | "MGA" | "MKD" | "MMK" | "MNT" | "MOP" | "MUR" | "MVR" | "MWK" | "MXN" | "MYR" | "MZN" | "NAD" | "NGN" | "NIO" | "NOK" | "NPR" | "NZD" | "OMR" | "PAB" | "PEN" | "PGK" | "PHP" | "PKR" | "PLN" | "PYG" | "QAR" | "RON" | "RSD" | "RUB" | "RWF" | "SAR" | "SBD" | "SCR" | "SEK" | "SGD" | "SHP" | "SLE" | "SOS" | "SRD" | "STD" | "SZL" | "THB" | "TJS" | "TND" | "TOP" | "TRY" | "TTD" | "TWD" | "TZS" | "UAH" | "UGX" | "USD" | "UYU" | "UZS" | "VND" | "VUV" | "WST" | "XAF" | "XCD" | "XCG" | "XOF" | "XPF" | "YER" | "ZAR" | "ZMW";
          amount_due: number;
          /** @default null */
          line_items?: {
              /** @description must be well-formed Unicode */
              description: string;
              /** @description must be 0 or from 0.000000001 to 1000000000000 */
              quantity: number;
              amount: number;
            }[] | null;
          /** @default null */
          due_date?: string | null;
          /** @default null */
          memo?: string | null;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Invoice"];
        };
      };
      /** @description The body is not JSON. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe is not connected. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The connection is switched off. The invoice has other content. The invoice is paid. The invoice is void. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Stripe rejected the secret key. Stripe cannot charge this amount. The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Try again. A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Void an invoice: deactivate its link, expire the checkouts that are open on it */
  "void-invoice": {
    parameters: {
      query?: {
        confirm?: "true";
      };
      path: {
        env_id: string;
        invoice_id: string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Invoice"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such invoice. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The invoice is paid. Payments are on their way. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Send the e-mail of an invoice again, at most 5 times in 24 hours */
  "email-invoice": {
    parameters: {
      path: {
        env_id: string;
        invoice_id: string;
      };
    };
    responses: {
      /** @description Done. */
      202: {
        content: {
          "application/json": components["schemas"]["Invoice"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such invoice. Stripe is not connected. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The connection is switched off. The invoice is paid. The invoice is void. Payments are on their way. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The customer has no e-mail address. The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. The e-mail was sent too often. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Try again. A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Note that a person has seen to what needed attention, until something new happens */
  "acknowledge-invoice": {
    parameters: {
      path: {
        env_id: string;
        invoice_id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          attention: ("underpaid" | "overpaid" | "paid_twice" | "paid_after_void" | "currency_mismatch" | "refunded" | "disputed")[];
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        content: {
          "application/json": components["schemas"]["Invoice"];
        };
      };
      /** @description The body is not JSON. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No token, or none that is valid. */
      401: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description The token lacks the scope. The token names no tenant. */
      403: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No such invoice. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The request is not valid. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests. */
      429: {
        content: {
          "application/json": components["schemas"]["GatewayMessage"];
        };
      };
      /** @description Something went wrong. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description A service behind this is not available. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
}
