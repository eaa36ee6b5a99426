import { Button, EmptyState, Skeleton, Stack } from '@mantine/core';
import { Link } from 'wouter';
import { useConnection } from '../../api/connection.ts';
import { asProblem } from '../../api/problem.ts';
import { ConnectionBadges } from '../../components/connection-badges.tsx';
import { PlugIcon } from '../../components/icons.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ConnectionMenu } from './connection-menu.tsx';
import { ManageSections } from './sections.tsx';

/** Everything about the connection to Stripe. */
export function ManagePage() {
  const connection = useConnection();
  const isGone = connection.error !== null && asProblem(connection.error).is('connection_not_found');
  const shown = isGone ? undefined : connection.data;
  return (
    <>
      <PageHeader
        title="Stripe"
        above={[['Integrations', '/integrations']]}
        state={shown && <ConnectionBadges connection={shown} />}
        actions={
          shown && (
            <>
              <Button component={Link} href="/integrations/webhook-events" variant="default">
                Webhook Events
              </Button>
              <ConnectionMenu connection={shown} />
            </>
          )
        }
      />
      {isGone ? (
        <NotConnected />
      ) : (
        <Loaded query={connection} skeleton={<SectionSkeletons />}>
          {(data) => <ManageSections key={data.id} connection={data} />}
        </Loaded>
      )}
    </>
  );
}

function NotConnected() {
  return (
    <EmptyState
      icon={<PlugIcon size={32} />}
      title="Stripe is not connected"
      description="Connect it first: then its settings are here."
      py="xl"
    >
      <EmptyState.Actions>
        <Button component={Link} href="/integrations">
          Go to Integrations
        </Button>
      </EmptyState.Actions>
    </EmptyState>
  );
}

function SectionSkeletons() {
  return (
    <Stack gap={20}>
      <Skeleton height={420} radius="md" />
      <Skeleton height={320} radius="md" />
    </Stack>
  );
}
