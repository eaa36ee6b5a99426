import { Stack } from '@mantine/core';
import { useConfigureWebhook, useStripeOfEnvironment } from '../../api/connection.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { notifyDone } from '../../components/notify.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';

/** Creates or mends the webhook endpoint at Stripe, and keeps its secret. */
export function ConfigureButton({ label, onDone }: { readonly label: string; readonly onDone?: () => void }) {
  const stripe = useStripeOfEnvironment();
  const configure = useConfigureWebhook();
  return (
    <Stack gap="sm" align="flex-start">
      <ActionButton
        isPending={configure.isPending}
        onClick={() =>
          configure.mutate(stripe, {
            onSuccess: () => {
              onDone?.();
              notifyDone('The webhook is configured at Stripe.');
            },
          })
        }
      >
        {label}
      </ActionButton>
      <ProblemAlert error={configure.error} />
    </Stack>
  );
}
