import { Fragment } from 'react';

/** The type of an event, which may be broken after its dots. */
export function EventType({ type }: { readonly type: string }) {
  return type.split(/(?<=\.)/).map((word, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the words of one text stay where they are
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}
