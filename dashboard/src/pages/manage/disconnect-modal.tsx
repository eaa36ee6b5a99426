import { Alert, List, Text } from '@mantine/core';
import { useLocation } from 'wouter';
import { useDisconnect, useStripeOfEnvironment } from '../../api/connection.ts';
import { asProblem } from '../../api/problem.ts';
import type { Connection } from '../../api/types.ts';
import { ConfirmModal } from '../../components/confirm-modal.tsx';
import { notifyDone } from '../../components/notify.ts';

type Props = { readonly connection: Connection; readonly isOpen: boolean; readonly onClose: () => void };

/** Names what disconnecting does, and asks once more while money is on its way. */
export function DisconnectModal({ connection, isOpen, onClose }: Props) {
  const { params } = useStripeOfEnvironment();
  const disconnect = useDisconnect();
  const [, navigate] = useLocation();
  const isInFlight = disconnect.error !== null && asProblem(disconnect.error).is('payments_in_flight');

  const close = () => {
    disconnect.reset();
    onClose();
  };
  const confirm = () =>
    disconnect.mutate(
      { params: { ...params, ...(isInFlight && { query: { confirm: 'true' } }) } },
      {
        onSuccess: () => {
          close();
          notifyDone('Stripe is disconnected.');
          navigate('/integrations');
        },
      },
    );

  return (
    <ConfirmModal
      isOpen={isOpen}
      onClose={close}
      title={`Disconnect ${connection.name}?`}
      action={isInFlight ? 'Disconnect anyway' : 'Disconnect'}
      onConfirm={confirm}
      isPending={disconnect.isPending}
      error={isInFlight ? null : disconnect.error}
    >
      <List size="sm" spacing={6}>
        <List.Item>
          Open payment links are closed: customers who were sent one can pay with it no longer.
        </List.Item>
        <List.Item>Invoices that are finalized from now on get no payment link.</List.Item>
        {connection.webhook_endpoint?.managed && (
          <List.Item>The webhook endpoint that was made for you is removed at Stripe.</List.Item>
        )}
        <List.Item>The secret key and the webhook secret are destroyed within 10 minutes.</List.Item>
      </List>
      <Text size="sm" c="dimmed">
        Invoices and webhook events stay here. To stop for a while only, switch the connection off instead.
      </Text>
      {isInFlight && (
        <Alert color="orange" title="Money is on its way" role="alert">
          Payments of invoices are still on their way. Wait for them if you can: once disconnected, Fluxrate
          does not learn whether they arrive, and you have to look in Stripe.
        </Alert>
      )}
    </ConfirmModal>
  );
}
