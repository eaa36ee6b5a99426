import { List, Text } from '@mantine/core';
import { ConfirmModal } from '../../components/confirm-modal.tsx';

type Props = {
  readonly isOpen: boolean;
  readonly isPending: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
};

/** A key of another account is mostly a mistake, and has consequences where it is none. */
export function AccountChangeModal({ isOpen, isPending, onCancel, onConfirm }: Props) {
  return (
    <ConfirmModal
      isOpen={isOpen}
      onClose={onCancel}
      title="This key is of another Stripe account"
      action="Change the account"
      onConfirm={onConfirm}
      isPending={isPending}
    >
      <Text size="sm">Payments will go to that account from now on. If you go on:</Text>
      <List size="sm" spacing={6}>
        <List.Item>Open payment links of the account that is left are closed.</List.Item>
        <List.Item>The webhook must be configured anew, at the new account.</List.Item>
        <List.Item>The webhook secret of the account that is left stays valid for 24 hours.</List.Item>
      </List>
    </ConfirmModal>
  );
}
