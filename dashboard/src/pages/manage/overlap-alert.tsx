import { Alert, Stack, Text } from '@mantine/core';
import { useStripeOfEnvironment, useUpdateConnection } from '../../api/connection.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { notifyDone } from '../../components/notify.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Time } from '../../components/time.tsx';

/** Until when the replaced webhook secret is taken, and how to end that. */
export function OverlapAlert({
  until,
  onRevoked,
}: {
  readonly until: string;
  readonly onRevoked: () => void;
}) {
  const stripe = useStripeOfEnvironment();
  const update = useUpdateConnection();
  const revoke = () =>
    update.mutate(
      { ...stripe, body: { revoke_previous: true } },
      {
        onSuccess: () => {
          notifyDone('The previous webhook secret is revoked.');
          onRevoked();
        },
      },
    );
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
        <ActionButton size="xs" variant="default" onClick={revoke} isPending={update.isPending}>
          Revoke it now
        </ActionButton>
        <ProblemAlert error={update.error} />
      </Stack>
    </Alert>
  );
}
