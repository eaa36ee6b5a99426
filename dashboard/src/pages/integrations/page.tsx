import { Skeleton, Stack } from '@mantine/core';
import { useConnections } from '../../api/connection.ts';
import { Loaded } from '../../components/loaded.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { StripeCard } from './stripe-card.tsx';

/** What this environment can be connected to. */
export function IntegrationsPage() {
  const connections = useConnections();
  return (
    <>
      <PageHeader title="Integrations" description="Connect the services that your customers pay with." />
      <Loaded query={connections} skeleton={<CardSkeleton />}>
        {({ data }) => <StripeCard connection={data.find(({ provider }) => provider === 'stripe') ?? null} />}
      </Loaded>
    </>
  );
}

function CardSkeleton() {
  return (
    <Stack className="stripe-card">
      <Skeleton height={132} radius="md" />
    </Stack>
  );
}
