import { Alert, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect } from 'react';
import { useStripeOfEnvironment, useUpdateConnection } from '../../api/connection.ts';
import { asProblem } from '../../api/problem.ts';
import type { Connection } from '../../api/types.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { focusFirstWrong } from '../../components/focus-first-wrong.ts';
import { notifyDone } from '../../components/notify.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { SecretInput } from '../../components/secret-input.tsx';
import { secretProps } from '../../components/secret-props.ts';
import {
  checkName,
  checkSecretKey,
  checkWebhookSecret,
  mayBecomeSecretKey,
  mayBecomeWebhookSecret,
  unlessBlank,
} from '../../format/secrets.ts';
import { AccountChangeModal } from './account-change-modal.tsx';
import { OverlapAlert } from './overlap-alert.tsx';
import { useOverlap } from './previous-secret.ts';
import { blank, changesOf, overlapEnd } from './settings.ts';

/** Save Changes sends what was changed, and nothing else. */
export function SettingsForm({ connection }: { readonly connection: Connection }) {
  const stripe = useStripeOfEnvironment();
  const update = useUpdateConnection();
  const [overlapUntil, setOverlapUntil] = useOverlap(connection);
  const form = useForm({
    initialValues: { ...blank, name: connection.name },
    validate: {
      name: checkName,
      secret_key: unlessBlank(checkSecretKey),
      webhook_secret: unlessBlank(checkWebhookSecret),
    },
    validateInputOnChange: ['name'],
    clearInputErrorOnChange: false,
  });
  // Renamed elsewhere meanwhile: what is being typed here stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the name changes, and not with the form
  useEffect(() => {
    if (!form.isDirty('name')) form.setFieldValue('name', connection.name);
    form.setInitialValues({ ...blank, name: connection.name });
  }, [connection.name]);
  const changes = changesOf(form.values, form.getInitialValues());
  const isOtherAccount = update.error !== null && asProblem(update.error).is('stripe_account_changed');

  const save = ({ confirm_account_change = false } = {}) =>
    update.mutate(
      { ...stripe, body: { ...changes, ...(confirm_account_change && { confirm_account_change }) } },
      {
        onSuccess: (saved) => {
          if (changes.webhook_secret) setOverlapUntil(overlapEnd(connection, saved, changes));
          form.setInitialValues({ ...blank, name: saved.name });
          form.reset();
          update.reset();
          notifyDone('Changes saved.');
        },
      },
    );

  return (
    <form onSubmit={form.onSubmit(() => save(), focusFirstWrong(form))} noValidate>
      <Stack gap="md" maw={560}>
        <TextInput label="Connection Name" autoComplete="off" {...form.getInputProps('name')} />
        <SecretInput
          label="Secret Key"
          description={`Saved: ${connection.secret_key_hint}`}
          placeholder="Enter a new key to replace it"
          {...secretProps(form, 'secret_key', mayBecomeSecretKey)}
        />
        <SecretInput
          id="webhook-secret"
          label="Webhook Secret"
          description={
            connection.webhook_secret_set
              ? 'Saved. A replaced secret stays valid for 24 hours, so that no event is lost.'
              : 'Not saved yet. The Signing secret on the webhook’s page in Stripe, which starts with whsec_'
          }
          placeholder={connection.webhook_secret_set ? 'Enter a new secret to replace it' : 'whsec_…'}
          {...secretProps(form, 'webhook_secret', mayBecomeWebhookSecret)}
        />
        {connection.webhook_secret_set && form.values.webhook_secret !== '' && (
          <Switch
            label="Revoke the previous webhook secret at once"
            description="Where it has leaked. Stripe’s events that are still signed with it are then refused."
            {...form.getInputProps('revoke_previous', { type: 'checkbox' })}
          />
        )}
        {overlapUntil && <OverlapAlert connection={connection} until={overlapUntil} />}
        <ProblemAlert error={isOtherAccount ? null : update.error} />
        {update.error !== null && asProblem(update.error).is('write_conflict') && (
          <Alert color="blue">What is shown is up to date now: look at it again, then save.</Alert>
        )}
        <Group>
          <ActionButton
            type="submit"
            isPending={update.isPending}
            isDisabled={Object.keys(changes).length === 0}
          >
            Save Changes
          </ActionButton>
        </Group>
      </Stack>
      <AccountChangeModal
        isOpen={isOtherAccount}
        isPending={update.isPending}
        onCancel={update.reset}
        onConfirm={() => save({ confirm_account_change: true })}
      />
    </form>
  );
}
