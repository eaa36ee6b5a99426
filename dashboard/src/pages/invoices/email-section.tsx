import { Button, Stack, Text } from '@mantine/core';
import { useInvoicePath, useSendAgain } from '../../api/invoices.ts';
import { asProblem } from '../../api/problem.ts';
import type { Invoice } from '../../api/types.ts';
import { notifyDone } from '../../components/notify.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { Time } from '../../components/time.tsx';
import { formatTime } from '../../format/time.ts';
import { emailMeanings, emailStatuses } from '../../format/words.ts';

/** What became of the e-mail with the link. */
export function EmailSection({ invoice }: { readonly invoice: Invoice }) {
  const { email, status } = invoice;
  const path = useInvoicePath(invoice.invoice_id);
  const send = useSendAgain();
  const canSend = email.to !== null && status === 'FINALIZED';
  return (
    <Section title="E-mail" aside={<StatusBadge word={emailStatuses[email.status]} />}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          {email.to ? (
            <>
              To <b className="breakable">{email.to}</b>
              {email.sent_at && (
                <>
                  , <Time at={email.sent_at} />
                </>
              )}
              .{' '}
            </>
          ) : null}
          {emailMeanings[email.status]}
        </Text>
        {canSend && (
          <Button
            variant="default"
            loading={send.isPending}
            onClick={() => send.mutate(path, { onSuccess: () => notifyDone('The e-mail is sent again.') })}
          >
            Send again
          </Button>
        )}
        <ProblemAlert error={send.error} />
        <RetryAfter error={send.error} />
      </Stack>
    </Section>
  );
}

function RetryAfter({ error }: { readonly error: unknown }) {
  const seconds = error ? asProblem(error).retryAfterSeconds : null;
  if (seconds === null) return null;
  return (
    <Text size="sm">
      It can be sent again from {formatTime(new Date(Date.now() + seconds * 1000).toISOString())}.
    </Text>
  );
}
