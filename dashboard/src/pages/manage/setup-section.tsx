import { Alert, Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useHealth } from '../../api/connection.ts';
import { useInvoices } from '../../api/invoices.ts';
import type { Connection } from '../../api/types.ts';
import { Checklist, Step } from '../../components/checklist.tsx';
import { Section } from '../../components/section.tsx';
import { TestInvoice } from '../invoices/test-invoice.tsx';
import { progressOf } from './steps.ts';
import { WebhookInstructions } from './webhook-instructions.tsx';

/** The steps that are left, each ticked as soon as the API sees it done. */
export function SetupSection({ connection }: { readonly connection: Connection }) {
  const health = useHealth({ isWatched: true });
  const paid = useInvoices({ status: 'PAID' });
  const { hasEndpoint, hasWebhookSecret, hasEvent } = progressOf(connection, health.data?.data ?? []);
  const hasPaidInvoice = paid.data?.pages.some(({ data }) => data.length > 0) ?? false;

  return (
    <Section title="Set up Stripe" description="Each step is ticked by itself as soon as it is done.">
      <Checklist>
        <Step title="Get your Stripe API key" isDone />
        <Step title="Connect in Fluxrate" isDone>
          {connection.name} · {connection.secret_key_hint}
        </Step>
        <Step title="Configure the webhook in Stripe" isDone={hasEndpoint}>
          {hasEndpoint ? (
            'Stripe delivers its events to the webhook URL.'
          ) : (
            <WebhookInstructions connection={connection} />
          )}
        </Step>
        <Step title="Save the webhook secret" isDone={hasWebhookSecret}>
          {hasWebhookSecret ? (
            'Saved, and stored encrypted.'
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
      {hasWebhookSecret && (
        <>
          <Alert color="green" my="md" title="Your Stripe integration is now fully configured." role="status">
            Next, see it work{connection.livemode ? '' : ' with a test invoice'}.
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
                  <TestInvoice />
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
        </>
      )}
    </Section>
  );
}
