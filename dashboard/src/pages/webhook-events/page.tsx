import { Group, Paper } from '@mantine/core';
import { useLocation, useParams } from 'wouter';
import { PLATFORM_ID } from '../../../../functions/domain/tenant.ts';
import { EVENT_TYPES } from '../../../../functions/domain/webhook-event.ts';
import { type EventFilter, useWebhookEvents } from '../../api/webhook-events.ts';
import { Loaded } from '../../components/loaded.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { useSearchFilter } from '../../components/search-filter.ts';
import { StatusFilter, statusIn } from '../../components/status-filter.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { TextFilter } from '../../components/text-filter.tsx';
import { eventStatuses } from '../../format/words.ts';
import { EventPanel } from './event-panel.tsx';
import { EventsTable } from './events-table.tsx';
import { NoEvents } from './no-events.tsx';
import { Troubleshooting } from './troubleshooting.tsx';

/** The webhook inbox: what Stripe has told, and what became of it. */
export function WebhookEventsPage() {
  const { event_id } = useParams<{ event_id?: string }>();
  const [, navigate] = useLocation();
  const [search, setSearch] = useSearchFilter();
  const invoiceId = search.get('invoice_id') ?? '';
  const isPossible = invoiceId === '' || PLATFORM_ID.test(invoiceId);
  const filter = filterOf(search);
  const events = useWebhookEvents(isPossible ? filter : null);
  const query = search.size > 0 ? `?${search}` : '';

  return (
    <>
      <PageHeader
        title="Webhook Events"
        above={[['Integrations', '/integrations']]}
        description="What Stripe has told Fluxrate, newest first. New events appear by themselves."
      />
      <Group align="flex-start" gap="sm" mb="md">
        <StatusFilter
          words={eventStatuses}
          value={filter.status}
          onChange={(status) => setSearch('status', status)}
        />
        <TextFilter
          label="Type"
          placeholder="Any"
          value={filter.type ?? ''}
          suggestions={EVENT_TYPES}
          onChange={(type) => setSearch('type', type)}
        />
        <TextFilter
          label="Invoice"
          placeholder="Any invoice’s id"
          value={invoiceId}
          error={isPossible ? null : 'An id has letters, digits, _ and -'}
          onChange={(id) => setSearch('invoice_id', id)}
        />
      </Group>
      <Paper withBorder className="table-frame">
        {isPossible ? (
          <Loaded query={events} skeleton={<TableSkeleton />}>
            {({ pages }) => {
              const all = pages.flatMap(({ data }) => data);
              return all.length > 0 ? (
                <EventsTable events={all} query={query} openId={event_id} />
              ) : (
                <NoEvents isFiltered={Object.keys(filter).length > 0} hasOlder={events.hasNextPage} />
              );
            }}
          </Loaded>
        ) : (
          <NoEvents isFiltered hasOlder={false} />
        )}
      </Paper>
      {isPossible && <MoreButton query={events} />}
      <Troubleshooting />
      <EventPanel eventId={event_id} onClose={() => navigate(`/integrations/webhook-events${query}`)} />
    </>
  );
}

function filterOf(search: URLSearchParams): EventFilter {
  const status = statusIn(eventStatuses, search.get('status'));
  const type = search.get('type');
  const invoiceId = search.get('invoice_id');
  return {
    ...(status && { status }),
    ...(type && { type }),
    ...(invoiceId && { invoice_id: invoiceId }),
  };
}
