import type { Stripe } from 'stripe';
import { newId } from '../ids.ts';

type Given = {
  link: Stripe.PaymentLink;
  amount: number;
  created: number;
  url: string;
  customerEmail: string | null;
  clientReferenceId: string | null;
};

const ONE_DAY = 24 * 60 * 60;

/** The open session that a visit to a payment link begins; it takes the link's metadata with it. */
export function checkoutSession(given: Given): Stripe.Checkout.Session {
  const { link } = given;
  return {
    id: newId(link.livemode ? 'cs_live' : 'cs_test', 58),
    object: 'checkout.session',
    adaptive_pricing: { enabled: true },
    after_expiration: null,
    allow_promotion_codes: link.allow_promotion_codes,
    allowed_payment_method_types: null,
    amount_subtotal: given.amount,
    amount_total: given.amount,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: link.billing_address_collection,
    cancel_url: 'https://stripe.com',
    client_reference_id: given.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: given.created,
    currency: link.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: link.custom_text,
    customer: null,
    customer_account: null,
    customer_creation: link.customer_creation,
    customer_details: given.customerEmail === null ? null : customerDetails(given.customerEmail),
    customer_email: given.customerEmail,
    discounts: [],
    expires_at: given.created + ONE_DAY,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: link.livemode,
    locale: 'auto',
    managed_payments: null,
    metadata: link.metadata,
    mode: 'payment',
    origin_context: null,
    payment_intent: null,
    payment_link: link.id,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: link.payment_method_types ?? ['card', 'us_bank_account'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: link.phone_number_collection,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: link.submit_type,
    subscription: null,
    success_url: 'https://stripe.com',
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: given.url,
    wallet_options: null,
  };
}

export function customerDetails(email: string): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  };
}
