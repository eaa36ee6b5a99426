import { ActionIcon, Code, CopyButton, Group } from '@mantine/core';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** A text that is needed elsewhere, whole, with a button that copies it. */
export function CopyField({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Code block className="copy-text">
        {value}
      </Code>
      <Copy value={value} label={label} />
    </Group>
  );
}

export function Copy({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <ActionIcon
          variant={copied ? 'light' : 'default'}
          color={copied ? 'green' : 'gray'}
          size="lg"
          onClick={copy}
          title={`Copy ${label}`}
          aria-label={copied ? `${label} copied` : `Copy ${label}`}
        >
          {copied ? <CheckIcon /> : <CopyIcon />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}
