import { Button, EmptyState } from '@mantine/core';
import { Link } from 'wouter';
import { PulseIcon } from '../../components/icons.tsx';

type Props = { readonly isFiltered: boolean; readonly hasOlder: boolean };

export function NoEvents({ isFiltered, hasOlder }: Props) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={<PulseIcon size={32} />}
        title={hasOlder ? 'None of the newest events fit' : 'No event fits'}
        description={
          hasOlder
            ? 'Older ones may: show them, or change the filters.'
            : 'Change the filters, or remove them.'
        }
        py="xl"
      >
        <EmptyState.Actions>
          <Button component={Link} href="/integrations/webhook-events" variant="default">
            Remove the filters
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<PulseIcon size={32} />}
      title="No event yet"
      description="Once the webhook is configured and an invoice is paid, Stripe’s events appear here within seconds."
      py="xl"
    >
      <EmptyState.Actions>
        <Button component={Link} href="/integrations/stripe">
          Look at the set-up
        </Button>
      </EmptyState.Actions>
    </EmptyState>
  );
}
