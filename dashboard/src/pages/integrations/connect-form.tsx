import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useConnect, useStripeOfEnvironment } from '../../api/connection.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { focusFirstWrong } from '../../components/focus-first-wrong.ts';
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

type Props = { readonly onConnected: () => void; readonly onCancel: () => void };

/** Steps 1 and 2 of the set-up: a key, and a name for it. */
export function ConnectForm({ onConnected, onCancel }: Props) {
  const stripe = useStripeOfEnvironment();
  const connect = useConnect();
  const form = useForm({
    initialValues: { name: '', secret_key: '', webhook_secret: '' },
    validate: {
      name: checkName,
      secret_key: checkSecretKey,
      webhook_secret: unlessBlank(checkWebhookSecret),
    },
    validateInputOnChange: ['name'],
    validateInputOnBlur: ['name'],
    clearInputErrorOnChange: false,
  });
  const create = form.onSubmit(
    ({ name, secret_key, webhook_secret }) =>
      connect.mutate(
        {
          ...stripe,
          body: { name, secret_key, ...(webhook_secret.trim() !== '' && { webhook_secret }) },
        },
        {
          onSuccess: () => {
            form.reset();
            connect.reset();
            onConnected();
          },
        },
      ),
    focusFirstWrong(form),
  );

  return (
    <form onSubmit={create} noValidate>
      <Stack gap="md">
        <TextInput
          label="Connection Name"
          description="A friendly label, such as Production Stripe"
          required
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <SecretInput
          label="Secret Key"
          description={
            <>
              Starts with sk_live_, sk_test_ or rk_. Copy it from{' '}
              <Anchor
                href="https://dashboard.stripe.com/apikeys"
                target="_blank"
                rel="noreferrer"
                inherit
                underline="always"
              >
                Stripe Dashboard → Developers → API Keys
              </Anchor>
              . It is stored encrypted, and only once.
            </>
          }
          required
          {...secretProps(form, 'secret_key', mayBecomeSecretKey)}
        />
        <SecretInput
          label="Webhook Secret"
          description="Leave blank for now: you add it after setting up the webhook"
          {...secretProps(form, 'webhook_secret', mayBecomeWebhookSecret)}
        />
        <ProblemAlert error={connect.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <ActionButton type="submit" isPending={connect.isPending}>
            Create Connection
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
