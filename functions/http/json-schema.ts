import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import {
  ConnectionAnswer,
  GatewayAnswer,
  InvoiceAnswer,
  ProblemAnswer,
  WebhookEventAnswer,
} from './answers.ts';

/** The schemas that the OpenAPI document names, and refers to wherever they occur. */
export const components = {
  Connection: ConnectionAnswer,
  Invoice: InvoiceAnswer,
  WebhookEvent: WebhookEventAnswer,
  Problem: ProblemAnswer,
  GatewayMessage: GatewayAnswer,
} as const satisfies Record<string, v.GenericSchema>;

/** Rules that JSON Schema has no words for: those of a single value are told as its description. */
const UNTOLD = ['check', 'finite', 'readonly', 'trim'];

/** A schema as JSON Schema: what is sent, before it is transformed. */
export function jsonSchema(schema: v.GenericSchema): object {
  const { $schema: _, $defs: __, ...described } = convert(schema);
  return described;
}

/** The components themselves. */
export function componentSchemas(): Readonly<Record<string, unknown>> {
  return convert(ProblemAnswer).$defs ?? {};
}

function convert(schema: v.GenericSchema) {
  return toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    definitions: components,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    overrideAction: ({ valibotAction, jsonSchema: described }) => {
      if (!UNTOLD.includes(valibotAction.type)) return undefined;
      const { message } = { message: undefined, ...valibotAction };
      return described.type !== 'object' && typeof message === 'string'
        ? { ...described, description: message }
        : described;
    },
  });
}
