import { Box, List, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { CheckIcon } from './icons.tsx';

type ChecklistProps = {
  /** The number of the first step, where it goes on from another list. */
  readonly start?: number;
  readonly children: ReactNode;
};

export function Checklist({ start = 1, children }: ChecklistProps) {
  return (
    <List type="ordered" start={start} listStyleType="none" spacing="lg" center={false} className="checklist">
      {children}
    </List>
  );
}

type StepProps = { readonly title: string; readonly isDone: boolean; readonly children?: ReactNode };

export function Step({ title, isDone, children }: StepProps) {
  return (
    <List.Item
      icon={
        <ThemeIcon
          size={24}
          radius="xl"
          variant={isDone ? 'filled' : 'default'}
          color="green.9"
          className="step-mark"
        >
          {isDone ? <CheckIcon size={14} /> : null}
        </ThemeIcon>
      }
    >
      <Text fw={600} {...(isDone && { c: 'dimmed' })}>
        {title}
        <VisuallyHidden>{isDone ? ' (done)' : ' (to do)'}</VisuallyHidden>
      </Text>
      {children && (
        <Box fz="sm" {...(isDone && { c: 'dimmed' })} mt={2}>
          {children}
        </Box>
      )}
    </List.Item>
  );
}
