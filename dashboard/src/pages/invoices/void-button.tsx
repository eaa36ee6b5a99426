import { Alert, Button, List, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInvoicePath, useVoid } from '../../api/invoices.ts';
import { asProblem } from '../../api/problem.ts';
import type { Invoice } from '../../api/types.ts';
import { ConfirmModal } from '../../components/confirm-modal.tsx';
import { notifyDone } from '../../components/notify.ts';

/** Void, behind what it does; asked once more while money is on its way. */
export function VoidButton({ invoice }: { readonly invoice: Invoice }) {
  const [isOpen, modal] = useDisclosure(false);
  const { params } = useInvoicePath(invoice.invoice_id);
  const voiding = useVoid();
  const isInFlight = voiding.error !== null && asProblem(voiding.error).is('payments_in_flight');
  if (invoice.status === 'PAID' || invoice.status === 'VOID') return null;

  const close = () => {
    voiding.reset();
    modal.close();
  };
  const confirm = () =>
    voiding.mutate(
      { params: { ...params, ...(isInFlight && { query: { confirm: 'true' } }) } },
      {
        onSuccess: () => {
          close();
          notifyDone('The invoice is void.');
        },
      },
    );

  return (
    <>
      <Button variant="default" onClick={modal.open}>
        Void
      </Button>
      <ConfirmModal
        isOpen={isOpen}
        onClose={close}
        title={`Void ${invoice.invoice_number}?`}
        action={isInFlight ? 'Void anyway' : 'Void'}
        onConfirm={confirm}
        isPending={voiding.isPending}
        error={isInFlight ? null : voiding.error}
      >
        <Text size="sm">This cannot be undone:</Text>
        <List size="sm" spacing={6}>
          <List.Item>The payment link is closed, and checkouts that are open on it end.</List.Item>
          <List.Item>A payment that still arrives is not applied: it is shown as paid after void.</List.Item>
        </List>
        {isInFlight && (
          <Alert color="orange" title="Payments are on their way" role="alert">
            This invoice was paid in part, or money for it is on its way. Wait for it if you can: once void,
            what arrives has to be refunded in Stripe.
          </Alert>
        )}
      </ConfirmModal>
    </>
  );
}
