import { Stripe } from 'stripe';
import { newId } from '../ids.ts';
import type { Item } from '../world.ts';

export type ItemInput = Pick<
  Item,
  'name' | 'description' | 'currency' | 'unit_amount' | 'quantity' | 'created'
>;

export function newItem(input: ItemInput): Item {
  return { ...input, id: newId('li'), price: newId('price'), product: newId('prod', 14) };
}

export function totalOf(items: readonly Item[]): number {
  return items.reduce((total, item) => total + item.unit_amount * item.quantity, 0);
}

/** `session` items carry their sum; those of a link are the same things. */
export function lineItem(item: Item, livemode: boolean): Stripe.LineItem {
  const amount = item.unit_amount * item.quantity;
  return {
    id: item.id,
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: item.currency,
    description: item.name,
    metadata: {},
    price: priceOf(item, livemode),
    quantity: item.quantity,
  };
}

function priceOf(item: Item, livemode: boolean): Stripe.Price {
  return {
    id: item.price,
    object: 'price',
    active: false,
    billing_scheme: 'per_unit',
    created: item.created,
    currency: item.currency,
    custom_unit_amount: null,
    livemode,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: item.product,
    recurring: null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: item.unit_amount,
    unit_amount_decimal: Stripe.Decimal.from(item.unit_amount),
  };
}
