import type { Stripe } from 'stripe';
import * as v from 'valibot';
import { type Backend, seconds } from './backend.ts';
import { amountProblem, isSupported, supportedCurrencies } from './currencies.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { newId } from './ids.ts';
import { listOf, listParams, pageOf } from './lists.ts';
import { lineItem, newItem, totalOf } from './objects/line-items.ts';
import { paymentLink } from './objects/payment-link.ts';
import { flag, mergeMetadata, text } from './params.ts';
import { type LineItemParams, lineItemParams, type Settings, settingsParams } from './payment-link-params.ts';
import { invalidRequest, resourceMissing } from './stripe-error.ts';
import type { Item } from './world.ts';

export function paymentLinkEndpoints({ world, now, publicUrl, recordEvent }: Backend): Endpoint[] {
  const createParams = {
    line_items: v.pipe(v.array(lineItemParams), v.maxLength(20, 'At most 20 line items are supported.')),
    currency: v.optional(text),
    ...settingsParams,
  };

  return [
    endpoint('POST', '/v1/payment_links', createParams, ({ params, scope, livemode, cause }) => {
      const items = params.line_items.map((line, index) => itemOf(line, index, seconds(now)));
      const currency = chargeableCurrency(items);
      const id = newId('plink');
      const url = `${publicUrl}/pay/${slugOf(id, livemode)}`;
      const bare = paymentLink({ id, url, livemode, currency, metadata: {} });
      const link = { ...bare, ...settingsOf(params, bare) };
      world.links.put(id, { scope, object: link, items });
      recordEvent(scope, 'payment_link.created', link, cause);
      return link;
    }),

    endpoint('GET', '/v1/payment_links/:id', {}, ({ scope, id }) => world.links.get(scope, id).object),

    endpoint(
      'POST',
      '/v1/payment_links/:id',
      { active: v.optional(flag), ...settingsParams },
      ({ params, scope, id, cause }) => {
        const row = world.links.get(scope, id);
        const active = params.active ?? row.object.active;
        const link = { ...row.object, ...settingsOf(params, row.object), active };
        const previous = changed(row.object, link);
        if (Object.keys(previous).length > 0) {
          world.links.put(id, { ...row, object: link });
          recordEvent(scope, 'payment_link.updated', link, cause, previous);
        }
        return link;
      },
    ),

    endpoint(
      'GET',
      '/v1/payment_links',
      { active: v.optional(flag), ...listParams },
      ({ params, scope, path }) =>
        listOf(
          world.links.newestFirst(scope),
          params,
          path,
          ({ active }) => params.active === undefined || active === params.active,
        ),
    ),

    endpoint(
      'GET',
      '/v1/payment_links/:id/line_items',
      listParams,
      ({ params, scope, id, path, livemode }) => {
        const { items } = world.links.get(scope, id);
        return pageOf(
          items.map((item) => lineItem(item, livemode)),
          params,
          path,
        );
      },
    ),
  ];
}

/** The link behind a hosted page's address, and the reverse. */
export function slugOf(linkId: string, livemode: boolean): string {
  return `${livemode ? '' : 'test_'}${linkId.slice('plink_'.length)}`;
}
export function linkIdOf(slug: string): string {
  return `plink_${slug.replace(/^test_/, '')}`;
}

function itemOf(line: LineItemParams, index: number, created: number): Item {
  const param = `line_items[${index}]`;
  if (line.price !== undefined) throw resourceMissing('price', line.price, '', `${param}[price]`);
  if (!line.price_data) {
    throw invalidRequest(`Missing required param: ${param}[price_data].`, {
      code: 'parameter_missing',
      param: `${param}[price_data]`,
    });
  }
  const { currency, unit_amount, product_data } = line.price_data;
  if (!isSupported(currency)) {
    throw invalidRequest(
      `Invalid currency: ${currency}. Stripe currently supports these currencies: ${supportedCurrencies()}`,
      { param: `${param}[price_data][currency]` },
    );
  }
  return newItem({
    name: product_data.name,
    description: product_data.description ?? null,
    currency,
    unit_amount,
    quantity: line.quantity,
    created,
  });
}

function chargeableCurrency(items: readonly Item[]): string {
  const [first] = items;
  if (!first)
    throw invalidRequest('Missing required param: line_items.', {
      code: 'parameter_missing',
      param: 'line_items',
    });
  if (items.some(({ currency }) => currency !== first.currency)) {
    throw invalidRequest('All line items must have the same currency.', { param: 'line_items' });
  }
  const problem = amountProblem(totalOf(items), first.currency);
  if (problem) {
    const param = items.length === 1 ? 'line_items[0][price_data][unit_amount]' : 'line_items';
    throw invalidRequest(problem.message, { code: problem.code, param });
  }
  return first.currency;
}

function settingsOf(settings: Settings, link: Stripe.PaymentLink): Partial<Stripe.PaymentLink> {
  const { after_completion, metadata, payment_intent_data, restrictions } = settings;
  const count = link.restrictions?.completed_sessions.count ?? 0;
  return {
    allow_promotion_codes: settings.allow_promotion_codes ?? link.allow_promotion_codes,
    billing_address_collection: settings.billing_address_collection ?? link.billing_address_collection,
    customer_creation: settings.customer_creation ?? link.customer_creation,
    inactive_message:
      settings.inactive_message === undefined ? link.inactive_message : settings.inactive_message,
    payment_method_types: settings.payment_method_types ?? link.payment_method_types,
    phone_number_collection: settings.phone_number_collection ?? link.phone_number_collection,
    submit_type: settings.submit_type ?? link.submit_type,
    metadata: mergeMetadata(link.metadata, metadata),
    ...(after_completion && { after_completion: afterCompletionOf(after_completion) }),
    ...(payment_intent_data && {
      payment_intent_data: paymentIntentDataOf(payment_intent_data, link.payment_intent_data),
    }),
    ...(restrictions && {
      restrictions: { completed_sessions: { count, limit: restrictions.completed_sessions.limit } },
    }),
  };
}

function afterCompletionOf(
  given: NonNullable<Settings['after_completion']>,
): Stripe.PaymentLink.AfterCompletion {
  if (given.type === 'redirect') {
    if (given.redirect) return { type: 'redirect', redirect: given.redirect };
    const param = 'after_completion[redirect]';
    throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  const custom_message = given.hosted_confirmation?.custom_message ?? null;
  return { type: 'hosted_confirmation', hosted_confirmation: { custom_message } };
}

function paymentIntentDataOf(
  given: NonNullable<Settings['payment_intent_data']>,
  old: Stripe.PaymentLink.PaymentIntentData | null,
): Stripe.PaymentLink.PaymentIntentData {
  return {
    capture_method: null,
    setup_future_usage: null,
    description: given.description ?? old?.description ?? null,
    statement_descriptor: given.statement_descriptor ?? old?.statement_descriptor ?? null,
    statement_descriptor_suffix:
      given.statement_descriptor_suffix ?? old?.statement_descriptor_suffix ?? null,
    transfer_group: given.transfer_group ?? old?.transfer_group ?? null,
    metadata: mergeMetadata(old?.metadata ?? {}, given.metadata),
  };
}

/** The old values of what differs. */
function changed(before: Stripe.PaymentLink, after: Stripe.PaymentLink): Partial<Stripe.PaymentLink> {
  const next = new Map<string, unknown>(Object.entries(after));
  const differing = Object.entries(before).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(next.get(name)),
  );
  return Object.fromEntries(differing);
}
