import { Alert, Button, Stack, Text } from '@mantine/core';
import { useStripeOfEnvironment, useUpdateConnection } from '../../api/connection.ts';
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
        <Button size="xs" variant="default" onClick={revoke} loading={update.isPending}>
          Revoke it now
        </Button>
        <ProblemAlert error={update.error} />
      </Stack>
    </Alert>
  );
}
