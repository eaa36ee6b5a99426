/** Markup: what `html` made, and nothing else is taken for it. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

/**
 * A template whose values are escaped, for text and for quoted attributes alike, unless they are `Html` already;
 * lists are joined.
 */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  return new Html(
    strings.reduce((markup, literal, at) => `${markup}${markupOf(values[at - 1] ?? '')}${literal}`),
  );
}

function markupOf(value: string | Html | readonly Html[]): string {
  if (value instanceof Html) return value.toString();
  if (typeof value !== 'string') return value.join('');
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
