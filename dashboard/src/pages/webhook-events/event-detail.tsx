import { Alert, Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import type { WebhookEvent } from '../../api/types.ts';
import { Facts } from '../../components/facts.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { Time } from '../../components/time.tsx';
import { formatDecimal } from '../../format/money.ts';
import { eventStatuses } from '../../format/words.ts';
import { meaningOf } from './meanings.ts';
import { ReplayButton } from './replay-button.tsx';

export function EventDetail({ event }: { readonly event: WebhookEvent }) {
  const { means, advice } = meaningOf(event);
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Title order={3} size="h4" className="breakable">
          {event.type}
        </Title>
        <StatusBadge word={eventStatuses[event.status]} />
      </Group>
      <Alert color={eventStatuses[event.status][1]} variant="light" title={means}>
        <Stack gap={6}>
          {event.reason && <Text size="sm">{event.reason}</Text>}
          {advice && (
            <Text size="sm">
              <b>What to do: </b>
              {advice}
            </Text>
          )}
        </Stack>
      </Alert>
      <Facts
        facts={[
          ['Event', <code key="id">{event.event_id}</code>],
          ['Invoice', event.invoice_id && <InvoiceLink key="invoice" id={event.invoice_id} />],
          ['Customer', event.customer_id],
          [
            'Amount',
            event.amount !== null && event.currency !== null
              ? formatDecimal(event.amount, event.currency)
              : null,
          ],
          ['Payment', event.provider_payment_id && <code key="payment">{event.provider_payment_id}</code>],
          ['Mode', event.livemode ? 'Live' : 'Test'],
          ['Created at Stripe', <Time key="created" at={event.created_at} />],
          ['Received', <Time key="received" at={event.received_at} />],
          ['Processed', <Time key="processed" at={event.processed_at} />],
          ['Deliveries', event.deliveries],
        ]}
      />
      <ReplayButton event={event} />
    </Stack>
  );
}

function InvoiceLink({ id }: { readonly id: string }) {
  return (
    <Anchor component={Link} href={`/invoices/${id}`} inherit underline="always">
      {id}
    </Anchor>
  );
}
