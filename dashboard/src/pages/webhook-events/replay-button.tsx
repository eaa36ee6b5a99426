import { Stack, Text } from '@mantine/core';
import type { WebhookEvent } from '../../api/types.ts';
import { useReplay } from '../../api/webhook-events.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { notifyDone, notifyOutcome } from '../../components/notify.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useEnvironment } from '../../environment.ts';
import { eventStatuses } from '../../format/words.ts';

/** Decides a recorded event anew. One that was applied is never applied twice. */
export function ReplayButton({ event }: { readonly event: WebhookEvent }) {
  const env_id = useEnvironment();
  const replay = useReplay();
  if (event.status === 'applied') return null;
  return (
    <Stack gap="sm" align="flex-start">
      <ActionButton
        variant="default"
        isPending={replay.isPending}
        onClick={() =>
          replay.mutate(
            { params: { path: { env_id, event_id: event.event_id } } },
            { onSuccess: ({ status }) => tell(status) },
          )
        }
      >
        Replay
      </ActionButton>
      <Text size="xs" c="dimmed">
        Applies the event again, through the same rules: a payment never counts twice.
      </Text>
      <ProblemAlert error={replay.error} />
    </Stack>
  );
}

function tell(status: WebhookEvent['status']): void {
  if (status === 'skipped') {
    notifyOutcome(
      'Still skipped: the connection is switched off. Switch it on under Integrations → Manage, then replay.',
    );
    return;
  }
  const notifyOf = status === 'applied' ? notifyDone : notifyOutcome;
  notifyOf(`Replayed: ${eventStatuses[status][0].toLowerCase()}.`);
}
