import { Accordion, Anchor, Code, Text, Title } from '@mantine/core';
import { Link } from 'wouter';

/** What to do where something is missing in the list. */
export function Troubleshooting() {
  return (
    <section aria-labelledby="troubleshooting" className="troubleshooting">
      <Title order={2} size="h4" mb="sm" id="troubleshooting">
        Troubleshooting
      </Title>
      <Accordion variant="contained" order={3}>
        <Accordion.Item value="not-received">
          <Accordion.Control>Webhook events not being received</Accordion.Control>
          <Accordion.Panel>
            <Text size="sm">
              Verify that the webhook URL in Stripe Dashboard matches the one shown under <Manage /> exactly.
              The health checks there look at it, too.
            </Text>
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="signature">
          <Accordion.Control>Webhook signature verification failed</Accordion.Control>
          <Accordion.Panel>
            <Text size="sm">
              The <Code>Stripe-Signature</Code> header did not match the stored webhook secret. Make sure that
              you copied the <b>Signing secret</b> from Stripe (starts with <Code>whsec_</Code>), not the
              endpoint URL. Re-save the secret under <Manage />, and ensure that Stripe is sending to the
              exact URL shown.
            </Text>
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="not-paid">
          <Accordion.Control>Invoice not marked as paid after payment</Accordion.Control>
          <Accordion.Panel>
            <Text size="sm">
              Check that the payment was made through the invoice’s payment link, whose metadata holds the{' '}
              <Code>invoice_id</Code>. Also confirm that the webhook events{' '}
              <Code>checkout.session.completed</Code> and <Code>payment_intent.succeeded</Code> are in your
              subscribed events list in Stripe Dashboard.
            </Text>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </section>
  );
}

function Manage() {
  return (
    <Anchor component={Link} href="/integrations/stripe" inherit underline="always">
      Integrations → Manage
    </Anchor>
  );
}
