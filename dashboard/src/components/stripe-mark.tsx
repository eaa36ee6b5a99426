import { ThemeIcon } from '@mantine/core';

export function StripeMark() {
  return (
    <ThemeIcon size={48} radius="md" color="#635bff" aria-hidden="true" className="stripe-mark">
      S
    </ThemeIcon>
  );
}
