import { Drawer, Skeleton, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useWebhookEvent } from '../../api/webhook-events.ts';
import { Loaded } from '../../components/loaded.tsx';
import { EventDetail } from './event-detail.tsx';

type Props = { readonly eventId: string | undefined; readonly onClose: () => void };

/** One event, beside the list. It has an address of its own. */
export function EventPanel({ eventId, onClose }: Props) {
  // What is shown stays until the panel is out of sight.
  const [shownId, setShownId] = useState(eventId);
  useEffect(() => {
    if (eventId) setShownId(eventId);
  }, [eventId]);
  return (
    <Drawer opened={eventId !== undefined} onClose={onClose} position="right" size="lg" title="Webhook event">
      {shownId && <Shown key={shownId} eventId={shownId} />}
    </Drawer>
  );
}

function Shown({ eventId }: { readonly eventId: string }) {
  const event = useWebhookEvent(eventId);
  return (
    <Loaded
      query={event}
      skeleton={<PanelSkeleton />}
      list={['Webhook Events', '/integrations/webhook-events']}
    >
      {(data) => <EventDetail event={data} />}
    </Loaded>
  );
}

function PanelSkeleton() {
  return (
    <Stack gap="md">
      <Skeleton height={28} />
      <Skeleton height={96} />
      <Skeleton height={340} />
    </Stack>
  );
}
