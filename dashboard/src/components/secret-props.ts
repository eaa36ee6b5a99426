import type { ChangeEvent } from 'react';

type InputProps = { readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void };
type Form<Field extends string> = {
  readonly getInputProps: (field: Field) => InputProps;
  readonly validateField: (field: Field) => unknown;
  readonly clearFieldError: (field: Field) => void;
};

/**
 * What the input of a secret gets from its form, which leaves errors to it: told as soon as what is typed can only be wrong,
 * and else when it is sent.
 */
export function secretProps<Field extends string>(
  form: Form<Field>,
  field: Field,
  mayBecomeRight: (typed: string) => boolean,
): InputProps {
  const props = form.getInputProps(field);
  return {
    ...props,
    onChange: (event) => {
      props.onChange(event);
      if (mayBecomeRight(event.currentTarget.value)) form.clearFieldError(field);
      else form.validateField(field);
    },
  };
}
