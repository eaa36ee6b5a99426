import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import * as v from 'valibot';

const Document = v.looseObject({
  openapi: v.string(),
  paths: v.record(
    v.string(),
    v.record(
      v.string(),
      v.looseObject({
        operationId: v.string(),
        responses: v.record(
          v.string(),
          v.object({ content: v.optional(v.record(v.string(), v.unknown()), {}) }),
        ),
      }),
    ),
  ),
});
export type Document = v.InferOutput<typeof Document>;

export type Exchange = {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
};

export type AnswerCheck = {
  readonly document: Document;
  /** Throws where the document does not say that this may be answered. */
  check(exchange: Exchange): void;
};

/** Checks answers against the OpenAPI document that the API serves. */
export function answerCheck(served: unknown): AnswerCheck {
  const document = v.parse(Document, served);
  // What OpenAPI adds to JSON Schema is unknown to it.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'api');
  const validators = new Map<string, ValidateFunction>();
  const templates = Object.keys(document.paths)
    .toSorted((one, other) => literals(other) - literals(one))
    .map((template) => ({ template, pattern: patternOf(template) }));

  function validatorOf(pointer: readonly string[]): ValidateFunction {
    const $ref = `api#/${pointer.map(pointerPart).join('/')}`;
    const known = validators.get($ref) ?? ajv.compile({ $ref });
    validators.set($ref, known);
    return known;
  }

  return {
    document,
    check({ method, path, status, contentType, body }) {
      const [pathname = ''] = path.split('?');
      const said = `${method} ${pathname} → ${status} ${JSON.stringify(body)}`;
      const verb = method.toLowerCase();
      const template = templates.find(
        (candidate) => candidate.pattern.test(pathname) && document.paths[candidate.template]?.[verb],
      )?.template;
      if (template === undefined) {
        if (status === 404 && JSON.stringify(body) === '{"message":"Not Found"}') return;
        throw new Error(`an undocumented route answers: ${said}`);
      }
      const answer = document.paths[template]?.[verb]?.responses[status];
      if (!answer) throw new Error(`an undocumented status: ${said}`);
      const media = Object.keys(answer.content);
      if (media.length === 0 && body === null) return;
      const type = contentType?.split(';')[0] ?? '';
      if (!media.includes(type)) throw new Error(`an undocumented content type ${type}: ${said}`);
      const validate = validatorOf([
        'paths',
        template,
        verb,
        'responses',
        `${status}`,
        'content',
        type,
        'schema',
      ]);
      if (!validate(body)) throw new Error(`not as documented: ${said}\n${ajv.errorsText(validate.errors)}`);
    },
  };
}

function literals(template: string): number {
  return template.split('/').filter((segment) => !segment.startsWith('{')).length;
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
}

/** For a JSON Pointer within a URI. */
function pointerPart(segment: string): string {
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
}
