import { PasswordInput, type PasswordInputProps } from '@mantine/core';

/** A secret goes in here, and never comes out again. No password manager shall keep it. */
export function SecretInput(props: PasswordInputProps) {
  return (
    <PasswordInput
      autoComplete="new-password"
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      data-1p-ignore
      data-lpignore="true"
      visibilityToggleButtonProps={{ 'aria-label': 'Show or hide what is typed' }}
      // Mantine marks its wrapper alone.
      aria-invalid={props.error ? true : undefined}
      {...props}
    />
  );
}
