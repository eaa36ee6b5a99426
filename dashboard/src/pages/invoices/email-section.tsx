import { Alert, Stack, Text } from '@mantine/core';
import { useInvoicePath, useSendAgain } from '../../api/invoices.ts';
import { asProblem } from '../../api/problem.ts';
import type { Invoice } from '../../api/types.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { notifyDone } from '../../components/notify.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { Time } from '../../components/time.tsx';
import { formatTime } from '../../format/time.ts';
import { emailMeanings, emailStatuses } from '../../format/words.ts';

/** What became of the e-mail with the link. */
export function EmailSection({ invoice }: { readonly invoice: Invoice }) {
  const { email, status, payment_link } = invoice;
  const path = useInvoicePath(invoice.invoice_id);
  const send = useSendAgain();
  const isWanted = email.to !== null && status === 'FINALIZED';
  const canSend = isWanted && payment_link?.active === true;
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
          <ActionButton
            variant="default"
            isPending={send.isPending}
            onClick={() => send.mutate(path, { onSuccess: () => notifyDone('The e-mail is sent again.') })}
          >
            Send again
          </ActionButton>
        )}
        {isWanted && !canSend && (
          <Text size="sm" c="dimmed">
            The link is being renewed, which takes a minute while Stripe is connected. Then the e-mail can be
            sent again.
          </Text>
        )}
        <NotSent error={send.error} />
      </Stack>
    </Section>
  );
}

function NotSent({ error }: { readonly error: unknown }) {
  const problem = error ? asProblem(error) : null;
  if (!problem?.is('too_many_emails')) return <ProblemAlert error={error} />;
  const again = new Date(Date.now() + (problem.retryAfterSeconds ?? DAY_SECONDS) * 1000).toISOString();
  return (
    <Alert color="orange" title="Sent often enough for today" role="alert">
      An e-mail is sent again at most 5 times in 24 hours. The next one can be sent from {formatTime(again)}.
    </Alert>
  );
}

const DAY_SECONDS = 24 * 60 * 60;
