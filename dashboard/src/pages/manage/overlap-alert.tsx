import { Alert, Stack, Text } from '@mantine/core';
import type { Connection } from '../../api/types.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Time } from '../../components/time.tsx';
import { useRevokePrevious } from './previous-secret.ts';

type Props = { readonly connection: Connection; readonly until: string };

/** Until when the replaced webhook secret is taken, and how to end that. */
export function OverlapAlert({ connection, until }: Props) {
  const { revoke, isPending, error } = useRevokePrevious(connection);
  return (
    <Alert color="blue" title="The previous webhook secret is still valid" role="status">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          It is taken beside the new one until{' '}
          <b>
            <Time at={until} />
          </b>
          , so that nothing is lost while Stripe changes over.
        </Text>
        <ActionButton size="xs" variant="default" onClick={revoke} isPending={isPending}>
          Revoke it now
        </ActionButton>
        <ProblemAlert error={error} />
      </Stack>
    </Alert>
  );
}
