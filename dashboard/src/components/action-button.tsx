import { Button, type ButtonProps } from '@mantine/core';
import type { ComponentProps } from 'react';

type Props = Omit<ButtonProps, 'loading' | 'disabled'> & {
  readonly isPending?: boolean;
  readonly isDisabled?: boolean;
  readonly type?: 'button' | 'submit';
  readonly onClick?: () => void;
  readonly 'aria-label'?: string;
};

/** A button whose action takes a while. It keeps the focus meanwhile, and when there is nothing left for it to do. */
export function ActionButton({ isPending = false, isDisabled = false, ...props }: Props) {
  return <Button component={FocusableButton} loading={isPending} disabled={isDisabled} {...props} />;
}

/** A browser takes the focus from a button that is disabled, and the keyboard then begins at the top of the page. */
function FocusableButton({ disabled, type = 'button', onClick, ...props }: ComponentProps<'button'>) {
  return (
    <button
      {...props}
      type={type}
      aria-disabled={disabled || undefined}
      onClick={disabled ? (event) => event.preventDefault() : onClick}
    />
  );
}
