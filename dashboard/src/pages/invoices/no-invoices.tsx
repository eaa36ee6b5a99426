import { Button, EmptyState } from '@mantine/core';
import { Link } from 'wouter';
import { useConnections } from '../../api/connection.ts';
import { InvoiceIcon } from '../../components/icons.tsx';
import { TestInvoice } from './test-invoice.tsx';

type Props = { readonly isFiltered: boolean; readonly hasOlder: boolean };

export function NoInvoices({ isFiltered, hasOlder }: Props) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={<InvoiceIcon size={32} />}
        title={hasOlder ? 'None of the newest invoices has this status' : 'No invoice has this status'}
        description={
          hasOlder ? 'Older ones may: show them, or remove the filter.' : 'Choose another one, or none.'
        }
        py="xl"
      >
        <EmptyState.Actions>
          <Button component={Link} href="/invoices" variant="default">
            Remove the filter
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    );
  }
  return <NoInvoicesYet />;
}

function NoInvoicesYet() {
  const connections = useConnections();
  const connection = connections.data?.data[0];
  return (
    <EmptyState
      icon={<InvoiceIcon size={32} />}
      title="No invoice yet"
      description={
        connection
          ? 'Each invoice that your platform finalizes appears here, with its payment link.'
          : 'Connect Stripe first: then each finalized invoice gets a payment link, and appears here.'
      }
      py="xl"
    >
      <EmptyState.Actions>
        {!connection && (
          <Button component={Link} href="/integrations">
            Go to Integrations
          </Button>
        )}
        {connection?.livemode === false && <TestInvoice />}
      </EmptyState.Actions>
    </EmptyState>
  );
}
