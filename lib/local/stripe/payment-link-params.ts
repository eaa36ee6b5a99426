import * as v from 'valibot';
import { amount, clearable, flag, integer, metadata, text, url } from './params.ts';

const quantity = v.pipe(integer, v.minValue(1, 'This value must be greater than or equal to 1.'));

export const lineItemParams = v.strictObject({
  price: v.optional(text),
  price_data: v.optional(
    v.strictObject({
      currency: v.pipe(text, v.toLowerCase()),
      unit_amount: amount,
      product_data: v.strictObject({
        name: text,
        description: v.optional(text),
        metadata: v.optional(metadata),
      }),
      tax_behavior: v.optional(v.picklist(['exclusive', 'inclusive', 'unspecified'])),
    }),
  ),
  quantity,
});

/** What can be said of a link when it is made and changed later. */
export const settingsParams = {
  after_completion: v.optional(
    v.strictObject({
      type: v.picklist(['hosted_confirmation', 'redirect']),
      hosted_confirmation: v.optional(v.strictObject({ custom_message: v.optional(text) })),
      redirect: v.optional(v.strictObject({ url })),
    }),
  ),
  allow_promotion_codes: v.optional(flag),
  billing_address_collection: v.optional(v.picklist(['auto', 'required'])),
  customer_creation: v.optional(v.picklist(['always', 'if_required'])),
  inactive_message: v.optional(clearable),
  metadata: v.optional(metadata),
  payment_intent_data: v.optional(
    v.strictObject({
      description: v.optional(clearable),
      metadata: v.optional(metadata),
      statement_descriptor: v.optional(clearable),
      statement_descriptor_suffix: v.optional(clearable),
      transfer_group: v.optional(clearable),
    }),
  ),
  payment_method_types: v.optional(v.array(text)),
  phone_number_collection: v.optional(v.strictObject({ enabled: flag })),
  restrictions: v.optional(v.strictObject({ completed_sessions: v.strictObject({ limit: quantity }) })),
  submit_type: v.optional(v.picklist(['auto', 'book', 'donate', 'pay'])),
};

const settingsSchema = v.strictObject(settingsParams);
export type Settings = v.InferOutput<typeof settingsSchema>;
export type LineItemParams = v.InferOutput<typeof lineItemParams>;
