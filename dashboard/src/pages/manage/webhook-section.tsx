import { Accordion, Stack, Text } from '@mantine/core';
import { useHealth } from '../../api/connection.ts';
import type { Connection } from '../../api/types.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { CopyField } from '../../components/copy-field.tsx';
import { Facts } from '../../components/facts.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { ConfigureButton } from './configure-button.tsx';
import { useRevokePrevious } from './previous-secret.ts';
import { isEndpointFound } from './steps.ts';
import { EventsToSelect } from './webhook-instructions.tsx';

/** Where Stripe delivers, once it does. */
export function WebhookSection({ connection }: { readonly connection: Connection }) {
  const { webhook_url, last_event_at, last_signature_failure_at } = connection;
  return (
    <Section title="Webhook" description="Stripe must deliver to this exact URL.">
      <Stack gap="md">
        <CopyField value={webhook_url} label="Webhook URL" />
        <Facts
          facts={[
            ['Endpoint at Stripe', <EndpointFact key="endpoint" connection={connection} />],
            ['Last event', <Time key="event" at={last_event_at} none="Not seen yet" />],
            ['Last signature failure', <Time key="failure" at={last_signature_failure_at} none="None" />],
          ]}
        />
        {connection.webhook_secret_set && <RevokePrevious connection={connection} />}
        <Accordion variant="contained">
          <Accordion.Item value="events">
            <Accordion.Control>Configure it anew</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="sm">
                <Text size="sm">
                  This mends the endpoint at Stripe, or makes one where it is gone, and saves its secret here.
                </Text>
                <ConfigureButton label="Configure automatically" />
                <Text size="sm">By hand, these events must be selected under Events to send:</Text>
                <EventsToSelect />
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Stack>
    </Section>
  );
}

function EndpointFact({ connection: { webhook_endpoint } }: { readonly connection: Connection }) {
  const { data, error } = useHealth({ isWatched: false });
  if (webhook_endpoint?.managed) return `Made for you: ${webhook_endpoint.id}`;
  if (data === undefined && error === null) return '…';
  switch (isEndpointFound(data?.data ?? [])) {
    case true:
      return 'Made by hand';
    case false:
      return 'None that works';
    case null:
      return 'Not known: Stripe could not be asked';
  }
}

function RevokePrevious({ connection }: { readonly connection: Connection }) {
  const { revoke, isPending, error } = useRevokePrevious(connection);
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm">
        A webhook secret that was replaced stays valid for 24 hours. Where it has leaked, end that now.
      </Text>
      <ActionButton variant="default" onClick={revoke} isPending={isPending}>
        Revoke the previous secret
      </ActionButton>
      <ProblemAlert error={error} />
    </Stack>
  );
}
