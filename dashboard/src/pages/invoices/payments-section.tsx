import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Invoice } from '../../api/types.ts';
import { Section } from '../../components/section.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { Time } from '../../components/time.tsx';
import { formatMoney } from '../../format/money.ts';
import { paymentStatuses } from '../../format/words.ts';

export function PaymentsSection({ invoice }: { readonly invoice: Invoice }) {
  return (
    <Section
      title="Payments"
      aside={
        <Anchor
          component={Link}
          href={`/integrations/webhook-events?invoice_id=${invoice.invoice_id}`}
          size="sm"
        >
          Webhook Events of this invoice
        </Anchor>
      }
    >
      {invoice.payments.length > 0 ? (
        <Payments invoice={invoice} />
      ) : (
        <Text size="sm" c="dimmed">
          {invoice.status === 'VOID' ? 'None.' : 'None yet. A payment appears here by itself.'}
        </Text>
      )}
    </Section>
  );
}

function Payments({ invoice }: { readonly invoice: Invoice }) {
  return (
    <Table verticalSpacing="sm" className="rows flush" aria-label="Payments">
      <Table.Thead>
        <Table.Tr>
          <Table.Th className="col-status">Status</Table.Th>
          <Table.Th>Payment</Table.Th>
          <Table.Th className="col-amount wide-only">Amount</Table.Th>
          <Table.Th className="col-time wide-only">Time</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {invoice.payments.map((payment) => (
          <Table.Tr key={payment.provider_payment_id}>
            <Table.Td>
              <StatusBadge word={paymentStatuses[payment.status]} />
            </Table.Td>
            <Table.Td className="breakable">
              <code>{payment.provider_payment_id}</code>
              <Text size="xs" c="dimmed" className="narrow-only">
                <Time at={payment.at} />
              </Text>
              <Text size="sm" className="narrow-only">
                {formatMoney(payment.amount, payment.currency)}
              </Text>
            </Table.Td>
            <Table.Td className="wide-only number amount">
              {formatMoney(payment.amount, payment.currency)}
            </Table.Td>
            <Table.Td className="wide-only">
              <Time at={payment.at} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
