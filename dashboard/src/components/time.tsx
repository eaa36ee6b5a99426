import { Text } from '@mantine/core';
import { formatTime, formatTimeFully } from '../format/time.ts';

/** A time in the reader's zone, and in full where it is pointed at; a dash where there is none. */
export function Time({ at, none = '–' }: { readonly at: string | null; readonly none?: string }) {
  return at === null ? (
    <Text span inherit c="dimmed">
      {none}
    </Text>
  ) : (
    <time dateTime={at} title={formatTimeFully(at)}>
      {formatTime(at)}
    </time>
  );
}
