import { Anchor, Button, Divider, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { EVENT_TYPES, RARE_EVENT_TYPES } from '../../../../functions/domain/webhook-event.ts';
import type { Connection } from '../../api/types.ts';
import { Copy, CopyField } from '../../components/copy-field.tsx';
import { EventType } from '../../components/event-type.tsx';
import { ConfigureButton } from './configure-button.tsx';

/** What an invoice needs to be marked as paid. Configured automatically, the others are selected as well. */
const NEEDED = EVENT_TYPES.filter((type) => !RARE_EVENT_TYPES.some((rare) => rare === type));

type Props = { readonly connection: Connection; readonly isDone: boolean };

/** Step 3: in one click, or by hand. What somebody is reading stays there when the step is ticked by itself. */
export function WebhookInstructions({ connection, isDone }: Props) {
  const [isFolded, setFolded] = useState(isDone);
  const showsSteps = !isDone || !isFolded;
  return (
    <Stack gap="sm" mt="xs" align="flex-start">
      {isDone ? (
        <>
          <Text inherit>Stripe delivers its events to the webhook URL.</Text>
          <Button variant="default" aria-expanded={showsSteps} onClick={() => setFolded(showsSteps)}>
            {showsSteps ? 'Hide the instructions' : 'Show the instructions'}
          </Button>
        </>
      ) : (
        <>
          <Text inherit>In one click, the webhook is set up at Stripe and its secret saved here:</Text>
          <ConfigureButton label="Configure automatically" onDone={() => setFolded(true)} />
        </>
      )}
      {showsSteps && <StepsByHand connection={connection} />}
    </Stack>
  );
}

function StepsByHand({ connection }: { readonly connection: Connection }) {
  return (
    <>
      <Divider label="or by hand" labelPosition="left" w="100%" />
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
    </>
  );
}

export function EventsToSelect() {
  return (
    <>
      <EventList types={NEEDED} />
      <Text size="sm" mt="sm">
        Recommended too, for delayed payments, refunds and disputes:
      </Text>
      <EventList types={RARE_EVENT_TYPES} />
    </>
  );
}

function EventList({ types }: { readonly types: readonly string[] }) {
  return (
    <ul className="events-to-select">
      {types.map((type) => (
        <li key={type}>
          <code>
            <EventType type={type} />
          </code>
          <Copy value={type} label={type} />
        </li>
      ))}
    </ul>
  );
}
