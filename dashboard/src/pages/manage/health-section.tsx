import { Group, List, Skeleton, Stack, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { useHealth } from '../../api/connection.ts';
import type { HealthCheck } from '../../api/types.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { CheckIcon, CrossIcon, RefreshIcon, WarningIcon } from '../../components/icons.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Section } from '../../components/section.tsx';
import { withReadersTimes } from '../../format/time.ts';
import { ConfigureButton } from './configure-button.tsx';

const NAMES: Readonly<Record<string, string>> = {
  key_works: 'Secret key',
  mode: 'Mode',
  permissions: 'Permissions',
  webhook_endpoint: 'Webhook endpoint',
  events_subscribed: 'Subscribed events',
  last_event: 'Last event',
  signature_failures: 'Signatures',
};

const STANDINGS = {
  pass: ['green.9', 'passed', <CheckIcon key="pass" size={14} />],
  warn: ['orange.9', 'warning', <WarningIcon key="warn" size={16} />],
  fail: ['red.9', 'failed', <CrossIcon key="fail" size={14} />],
} as const;

/** What the integration needs, how each of it stands, and what to do. */
export function HealthSection({ isWatched }: { readonly isWatched: boolean }) {
  const health = useHealth({ isWatched });
  return (
    <Section
      title="Health checks"
      description="What payments need to arrive, looked at here and at Stripe."
      aside={
        <ActionButton
          variant="default"
          size="xs"
          leftSection={<RefreshIcon size={14} />}
          isPending={health.isRefetching && !isWatched}
          onClick={() => health.refetch()}
        >
          Check again
        </ActionButton>
      }
    >
      <Loaded query={health} skeleton={<HealthSkeleton />}>
        {({ data }) => <Checks checks={data} />}
      </Loaded>
    </Section>
  );
}

function Checks({ checks }: { readonly checks: readonly HealthCheck[] }) {
  const isMendable = checks.some(({ status, detail }) => status === 'fail' && detail.includes(BY_API));
  return (
    <Stack gap="lg">
      <List listStyleType="none" spacing="md" className="checks">
        {checks.map((check) => (
          <Check key={check.check} {...check} />
        ))}
      </List>
      {isMendable && <ConfigureButton label="Configure automatically" />}
    </Stack>
  );
}

function Check({ check, status, detail }: HealthCheck) {
  const [color, standing, icon] = STANDINGS[status];
  return (
    <List.Item
      icon={
        <ThemeIcon size={24} radius="xl" color={color}>
          {icon}
        </ThemeIcon>
      }
    >
      <Text fw={600} size="sm">
        {NAMES[check] ?? check}
        <VisuallyHidden> ({standing})</VisuallyHidden>
      </Text>
      <Text size="sm" c="dimmed" className="breakable">
        {withReadersTimes(detail).replaceAll(BY_API, '“Configure automatically”')}
      </Text>
    </List.Item>
  );
}

/** How the API names what is a button here. */
const BY_API = 'POST …/integrations/stripe/webhook-endpoint';

function HealthSkeleton() {
  return (
    <Stack gap="md">
      {Object.keys(NAMES).map((name) => (
        <Group key={name} wrap="nowrap" h={44} align="flex-start">
          <Skeleton height={24} circle />
          <Skeleton height={36} />
        </Group>
      ))}
    </Stack>
  );
}
