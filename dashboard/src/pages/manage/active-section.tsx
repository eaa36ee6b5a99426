import { Stack, Switch } from '@mantine/core';
import { useStripeOfEnvironment, useUpdateConnection } from '../../api/connection.ts';
import type { Connection } from '../../api/types.ts';
import { notifyDone } from '../../components/notify.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';

/** On, or off for a while. The switch moves when the server has done it. */
export function ActiveSection({ connection }: { readonly connection: Connection }) {
  const stripe = useStripeOfEnvironment();
  const update = useUpdateConnection();
  const toggle = (is_active: boolean) =>
    update.mutate(
      { ...stripe, body: { is_active } },
      {
        onSuccess: () => notifyDone(is_active ? 'The connection is on.' : 'The connection is switched off.'),
      },
    );
  return (
    <Section title="Active">
      <Stack gap="sm">
        <Switch
          label={connection.is_active ? 'The connection is on' : 'The connection is switched off'}
          description="While it is off, invoices get no payment link, and events are recorded as skipped. They are settled once it is on again. A change takes up to 30 seconds to reach everything."
          checked={connection.is_active}
          aria-disabled={update.isPending}
          onChange={({ currentTarget }) => update.isPending || toggle(currentTarget.checked)}
        />
        <ProblemAlert error={update.error} />
      </Stack>
    </Section>
  );
}
