import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { CURRENCIES, type Currency, isCurrency } from '../../../../functions/domain/money.ts';
import { useFinalize } from '../../api/invoices.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { focusFirstWrong } from '../../components/focus-first-wrong.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useEnvironment } from '../../environment.ts';
import { parseMoney } from '../../format/money.ts';

type Props = { readonly onFinalized: (invoiceId: string) => void; readonly onCancel: () => void };

const initialValues: { customer: string; email: string; amount: string; currency: Currency } = {
  customer: 'Test Customer',
  email: 'customer@example.com',
  amount: '20.00',
  currency: 'USD',
};

export function TestInvoiceForm({ onFinalized, onCancel }: Props) {
  const env_id = useEnvironment();
  const finalize = useFinalize();
  const form = useForm({
    initialValues,
    validate: {
      customer: (name) => (name.trim() === '' ? 'Give the customer a name.' : null),
      email: (email) =>
        email === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? null : 'Not an e-mail address.',
      amount: (amount, { currency }) =>
        parseMoney(amount, currency) === null ? `Not an amount in ${currency}, such as 20.` : null,
    },
    validateInputOnBlur: true,
  });

  const send = form.onSubmit(({ customer, email, amount, currency }) => {
    const id = `test-${crypto.randomUUID().slice(0, 8)}`;
    finalize.mutate(
      {
        params: { path: { env_id, invoice_id: id } },
        body: {
          invoice_number: id.toUpperCase(),
          customer_id: 'test-customer',
          customer: { name: customer.trim(), email: email || null },
          currency,
          amount_due: parseMoney(amount, currency) ?? 0,
        },
      },
      { onSuccess: () => onFinalized(id) },
    );
  }, focusFirstWrong(form));

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          It gets a payment link and an e-mail, as every finalized invoice. No real money moves in test mode.
        </Text>
        <TextInput label="Customer" autoComplete="off" data-autofocus {...form.getInputProps('customer')} />
        <TextInput
          label="E-mail"
          description="Leave blank to send none"
          type="email"
          autoComplete="off"
          {...form.getInputProps('email')}
        />
        <Group align="flex-start" gap="sm" grow>
          <TextInput
            label="Amount"
            inputMode="decimal"
            autoComplete="off"
            {...form.getInputProps('amount')}
          />
          <Select
            label="Currency"
            data={CURRENCIES}
            searchable
            allowDeselect={false}
            value={form.values.currency}
            onChange={(code) => code && isCurrency(code) && form.setFieldValue('currency', code)}
          />
        </Group>
        <ProblemAlert error={finalize.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <ActionButton type="submit" isPending={finalize.isPending}>
            Finalize
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
