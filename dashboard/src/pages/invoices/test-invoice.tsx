import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useLocation } from 'wouter';
import { TestInvoiceForm } from './test-invoice-form.tsx';

/** Finalizes an invoice as the platform would, to see it paid in test mode. */
export function TestInvoice() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [, navigate] = useLocation();
  return (
    <>
      <Button onClick={open}>Finalize a test invoice</Button>
      <Modal opened={isOpen} onClose={close} title="Test invoice">
        <TestInvoiceForm onCancel={close} onFinalized={(id) => navigate(`/invoices/${id}`)} />
      </Modal>
    </>
  );
}
