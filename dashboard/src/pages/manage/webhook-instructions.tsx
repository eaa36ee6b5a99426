import { Anchor, Divider, List, Stack, Text } from '@mantine/core';
import type { Connection } from '../../api/types.ts';
import { Copy, CopyField } from '../../components/copy-field.tsx';
import { EventType } from '../../components/event-type.tsx';
import { ConfigureButton } from './configure-button.tsx';

/** What an invoice needs to be marked as paid. Configured automatically, some more are selected. */
const EVENTS = [
  'checkout.session.completed',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
] as const;

/** Step 3: in one click, or by hand. */
export function WebhookInstructions({ connection }: { readonly connection: Connection }) {
  return (
    <Stack gap="sm" mt="xs">
      <Text inherit>In one click, the webhook is set up at Stripe and its secret saved here:</Text>
      <ConfigureButton label="Configure automatically" />
      <Divider label="or by hand" labelPosition="left" />
      <List type="ordered" size="sm" spacing="sm" className="instructions">
        <List.Item>
          Go to{' '}
          <Anchor
            href="https://dashboard.stripe.com/webhooks"
            target="_blank"
            rel="noreferrer"
            inherit
            underline="always"
          >
            Stripe Dashboard → Developers → Webhooks
          </Anchor>{' '}
          and click <b>Add endpoint</b>.
        </List.Item>
        <List.Item>
          Paste the <b>Webhook URL</b>:
          <CopyField value={connection.webhook_url} label="Webhook URL" />
        </List.Item>
        <List.Item>
          Under <b>Events to send</b>, select these five:
          <EventsToSelect />
        </List.Item>
        <List.Item>
          Click <b>Add endpoint</b>.
        </List.Item>
      </List>
    </Stack>
  );
}

export function EventsToSelect() {
  return (
    <ul className="events-to-select">
      {EVENTS.map((event) => (
        <li key={event}>
          <code>
            <EventType type={event} />
          </code>
          <Copy value={event} label={event} />
        </li>
      ))}
    </ul>
  );
}
