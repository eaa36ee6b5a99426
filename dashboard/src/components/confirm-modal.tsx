import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ActionButton } from './action-button.tsx';
import { ProblemAlert } from './problem-alert.tsx';

type Props = {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly isPending: boolean;
  readonly error?: unknown;
};

/** Asks before what cannot be taken back. */
export function ConfirmModal({
  isOpen,
  onClose,
  title,
  children,
  action,
  onConfirm,
  isPending,
  error,
}: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={title}>
      <Stack gap="md">
        {children}
        <ProblemAlert error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <ActionButton color="red.9" onClick={onConfirm} isPending={isPending}>
            {action}
          </ActionButton>
        </Group>
      </Stack>
    </Modal>
  );
}
