import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { WebhookEvent } from '../../api/types.ts';
import { EventType } from '../../components/event-type.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { Time } from '../../components/time.tsx';
import { formatDecimal } from '../../format/money.ts';
import { eventStatuses } from '../../format/words.ts';

type Props = {
  readonly events: readonly WebhookEvent[];
  /** The filters, which stay in the address of an event. */
  readonly query: string;
  readonly openId: string | undefined;
};

export function EventsTable({ events, query, openId }: Props) {
  return (
    <Table
      verticalSpacing="sm"
      horizontalSpacing="sm"
      highlightOnHover
      className="rows"
      aria-label="Webhook events"
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th className="col-status">Status</Table.Th>
          <Table.Th>Type</Table.Th>
          <Table.Th className="col-id widest-only">Invoice</Table.Th>
          <Table.Th className="col-amount wide-only">Amount</Table.Th>
          <Table.Th className="col-time wide-only">Received</Table.Th>
          <Table.Th className="col-count widest-only">Deliveries</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {events.map((event) => (
          <Row key={event.event_id} event={event} query={query} isOpen={event.event_id === openId} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

type RowProps = { readonly event: WebhookEvent; readonly query: string; readonly isOpen: boolean };

function Row({ event, query, isOpen }: RowProps) {
  const amount =
    event.amount !== null && event.currency !== null ? formatDecimal(event.amount, event.currency) : null;
  return (
    <Table.Tr data-open={isOpen || undefined}>
      <Table.Td>
        <StatusBadge word={eventStatuses[event.status]} />
      </Table.Td>
      <Table.Td>
        <Anchor
          component={Link}
          href={`/integrations/webhook-events/${encodeURIComponent(event.event_id)}${query}`}
          className="row-link"
          c="inherit"
          fw={500}
          size="sm"
        >
          <EventType type={event.type} />
        </Anchor>
        <Text size="xs" c="dimmed" className="narrow-only">
          <Time at={event.received_at} />
        </Text>
        {amount !== null && (
          <Text size="sm" className="narrow-only">
            {amount}
          </Text>
        )}
      </Table.Td>
      <Table.Td className="widest-only ellipsis" title={event.invoice_id ?? ''}>
        {event.invoice_id ?? (
          <Text span c="dimmed" inherit>
            –
          </Text>
        )}
      </Table.Td>
      <Table.Td className="wide-only number amount">
        {amount ?? (
          <Text span c="dimmed" inherit>
            –
          </Text>
        )}
      </Table.Td>
      <Table.Td className="wide-only">
        <Time at={event.received_at} />
      </Table.Td>
      <Table.Td className="widest-only number">{event.deliveries}</Table.Td>
    </Table.Tr>
  );
}
