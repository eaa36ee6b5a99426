import { Badge, Button, Group, Modal, Paper, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useLocation } from 'wouter';
import type { Connection } from '../../api/types.ts';
import { ConnectionBadges } from '../../components/connection-badges.tsx';
import { StripeMark } from '../../components/stripe-mark.tsx';
import { Time } from '../../components/time.tsx';
import { ConnectionMenu } from '../manage/connection-menu.tsx';
import { ConnectForm } from './connect-form.tsx';

/** Stripe, and how this environment stands to it. */
export function StripeCard({ connection }: { readonly connection: Connection | null }) {
  const [isConnecting, connecting] = useDisclosure(false);
  const [, navigate] = useLocation();
  return (
    <Paper withBorder p="lg" className="stripe-card" component="article" aria-labelledby="stripe">
      <StripeMark />
      <div className="stripe-card-text">
        <Group gap="xs">
          <Title order={2} size="h4" id="stripe">
            Stripe
          </Title>
          {connection ? (
            <ConnectionBadges connection={connection} />
          ) : (
            <Badge variant="light" color="gray">
              Not connected
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" mt={4}>
          Accept cards, Apple Pay, Google Pay, and 135+ currencies. Generate payment links automatically on
          every finalized invoice.
        </Text>
        <Text size="sm" mt="sm" component="div">
          {connection ? (
            <>
              <b>{connection.name}</b> · last event <Time at={connection.last_event_at} none="not seen yet" />
            </>
          ) : (
            'You need a Stripe account, in live or test mode, and its secret key.'
          )}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap" className="stripe-card-actions">
        {connection ? (
          <>
            <Button component={Link} href="/integrations/stripe" variant="default">
              Manage
            </Button>
            <ConnectionMenu connection={connection} />
          </>
        ) : (
          <Button onClick={connecting.open}>Connect</Button>
        )}
      </Group>
      <Modal opened={isConnecting && !connection} onClose={connecting.close} title="Connect Stripe">
        <ConnectForm onCancel={connecting.close} onConnected={() => navigate('/integrations/stripe')} />
      </Modal>
    </Paper>
  );
}
