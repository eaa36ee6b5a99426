import { Alert, Anchor, Button, Group, Skeleton, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useHealth } from '../../api/connection.ts';
import { useInvoices } from '../../api/invoices.ts';
import type { Connection } from '../../api/types.ts';
import { Checklist, Step } from '../../components/checklist.tsx';
import { Section } from '../../components/section.tsx';
import { TestInvoice } from '../invoices/test-invoice.tsx';
import { useProgress } from './steps.ts';
import { WebhookInstructions } from './webhook-instructions.tsx';

type Props = { readonly connection: Connection; readonly onFinished: () => void };

/** The steps that are left, each ticked as soon as the API sees it done. */
export function SetupSection({ connection, onFinished }: Props) {
  const health = useHealth({ isWatched: true });
  // Until Stripe was asked once, a step could be ticked that is not done.
  if (health.isPending) return <Skeleton height={420} radius="md" mb={20} aria-busy="true" />;
  return <Steps connection={connection} health={health} onFinished={onFinished} />;
}

type StepsProps = Props & { readonly health: Pick<ReturnType<typeof useHealth>, 'data' | 'isFetching'> };

function Steps({ connection, health, onFinished }: StepsProps) {
  const { hasEndpoint, hasWebhookSecret } = useProgress(connection, health);
  return (
    <Section title="Set up Stripe" description="Each step is ticked by itself as soon as it is done.">
      <Checklist>
        <Step title="Get your Stripe API key" isDone />
        <Step title="Connect in Fluxrate" isDone>
          {connection.name} · {connection.secret_key_hint}
        </Step>
        <Step title="Configure the webhook in Stripe" isDone={hasEndpoint}>
          <WebhookInstructions connection={connection} isDone={hasEndpoint} />
        </Step>
        <Step title="Save the webhook secret" isDone={hasWebhookSecret}>
          {hasWebhookSecret ? (
            `Saved, and stored encrypted.${hasEndpoint ? '' : ' It must be the one of the endpoint of step 3: else replace it below.'}`
          ) : (
            <>
              Copy the <b>Signing secret</b> (whsec_…) from the webhook’s page in Stripe, paste it into{' '}
              <Anchor href="#webhook-secret" inherit underline="always">
                Webhook Secret
              </Anchor>{' '}
              below, and click <b>Save Changes</b>.
            </>
          )}
        </Step>
      </Checklist>
      <Configured
        connection={connection}
        isConfigured={hasWebhookSecret && hasEndpoint}
        onFinished={onFinished}
      />
    </Section>
  );
}

/** What is to be seen then. Whoever has just done the last step is led to it. */
function Configured({ connection, isConfigured, onFinished }: Props & { readonly isConfigured: boolean }) {
  const alert = useRef<HTMLDivElement>(null);
  const hadSecret = useRef(connection.webhook_secret_set);
  useEffect(() => {
    if (isConfigured && !hadSecret.current) {
      alert.current?.focus({ preventScroll: true });
      alert.current?.scrollIntoView({ block: 'center' });
    }
    if (isConfigured || !connection.webhook_secret_set) hadSecret.current = isConfigured;
  }, [isConfigured, connection.webhook_secret_set]);

  const paid = useInvoices({ status: 'PAID' });
  const hasPaidInvoice = paid.data?.pages.some(({ data }) => data.length > 0) ?? false;
  const hasEvent = useHasNewEvent(connection);
  if (!isConfigured) return null;
  return (
    <>
      <Alert
        ref={alert}
        tabIndex={-1}
        color="green"
        my="md"
        title="Your Stripe integration is now fully configured."
        role="status"
      >
        {hasPaidInvoice && hasEvent
          ? 'You have seen it work, from the invoice to its payment.'
          : `Next, see it work${connection.livemode ? '' : ' with a test invoice'}.`}
      </Alert>
      <Checklist start={5}>
        <Step title="An invoice is paid" isDone={hasPaidInvoice}>
          {hasPaidInvoice ? (
            'Paid, and marked as PAID.'
          ) : connection.livemode ? (
            'Finalize an invoice on your platform: its customer gets an e-mail with a payment link.'
          ) : (
            <>
              <Text inherit mb="xs">
                Finalize an invoice, open its payment link, and pay it as a customer would.
              </Text>
              <Group gap="xs">
                <TestInvoice />
                <UnpaidInvoice />
              </Group>
            </>
          )}
        </Step>
        <Step title="Its event is seen" isDone={hasEvent}>
          {hasEvent ? (
            <Anchor component={Link} href="/integrations/webhook-events" inherit underline="always">
              See it in Webhook Events
            </Anchor>
          ) : (
            'Stripe tells of the payment within seconds.'
          )}
        </Step>
      </Checklist>
      {hasEvent && (
        <Button variant="default" mt="lg" onClick={onFinished}>
          Close the set-up
        </Button>
      )}
    </>
  );
}

/** For whoever finalized one, and came back before it was paid. */
function UnpaidInvoice() {
  const unpaid = useInvoices({ status: 'FINALIZED' });
  const newest = unpaid.data?.pages[0]?.data[0];
  return (
    newest && (
      <Button component={Link} href={`/invoices/${newest.invoice_id}`} variant="default">
        Open the one you finalized
      </Button>
    )
  );
}

/** An event that was seen before there was a secret is of an account that was left. */
function useHasNewEvent({ last_event_at, webhook_secret_set }: Connection): boolean {
  const [before, setBefore] = useState<string | null>(null);
  if (!webhook_secret_set && before !== last_event_at) setBefore(last_event_at);
  return last_event_at !== null && last_event_at !== before;
}
