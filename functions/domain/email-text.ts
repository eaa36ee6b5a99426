/**
 * Other people's words made fit to stand in a sentence of ours: one line, without control characters and without the
 * bidirectional controls that let a text rearrange its surroundings, and at most `max` code points long. Nothing left
 * is a dash, so that the sentence stays whole.
 */
export function oneLine(value: string, max: number): string {
  return truncate(tidy(value), max) || '–';
}

/** The same for a text that has lines of its own: these are kept, but for a row of empty ones. */
export function lines(value: string, max: number): string[] {
  const text = value
    .split(/\r\n|[\r\n\u0085\u2028\u2029]/)
    .map(tidy)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return truncate(text, max).split('\n');
}

function tidy(value: string): string {
  return value
    .toWellFormed()
    .replace(/\p{Bidi_Control}/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** By code points, so that no surrogate pair is torn apart. */
function truncate(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max
    ? text
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}
