import { Alert, Group, Stack, Text } from '@mantine/core';
import { useAcknowledge, useInvoicePath } from '../../api/invoices.ts';
import type { Attention, Invoice } from '../../api/types.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { notifyDone } from '../../components/notify.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { attentions } from '../../format/words.ts';

/** What a person must look at, each until it is acknowledged or its cause goes. */
export function AttentionAlerts({ invoice }: { readonly invoice: Invoice }) {
  if (invoice.attention.length === 0) return null;
  return (
    <Stack gap="sm" mb={20}>
      {invoice.attention.map((attention) => (
        <AttentionAlert key={attention} invoice={invoice} attention={attention} />
      ))}
    </Stack>
  );
}

function AttentionAlert({
  invoice,
  attention,
}: {
  readonly invoice: Invoice;
  readonly attention: Attention;
}) {
  const path = useInvoicePath(invoice.invoice_id);
  const acknowledge = useAcknowledge();
  const [title, advice] = attentions[attention];
  return (
    <Alert color="orange" title={title}>
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Text size="sm" className="section-head">
            {advice}
          </Text>
          <ActionButton
            size="xs"
            variant="default"
            isPending={acknowledge.isPending}
            aria-label={`Acknowledge: ${title}`}
            onClick={() =>
              acknowledge.mutate(
                { ...path, body: { attention: [attention] } },
                { onSuccess: () => notifyDone('Acknowledged, until something new happens.') },
              )
            }
          >
            Acknowledge
          </ActionButton>
        </Group>
        <ProblemAlert error={acknowledge.error} />
      </Stack>
    </Alert>
  );
}
