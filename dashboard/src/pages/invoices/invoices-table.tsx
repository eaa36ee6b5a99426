import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Invoice } from '../../api/types.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import { Time } from '../../components/time.tsx';
import { formatMoney } from '../../format/money.ts';
import { attentions, invoiceStatuses } from '../../format/words.ts';

export function InvoicesTable({ invoices }: { readonly invoices: readonly Invoice[] }) {
  return (
    <Table
      verticalSpacing="sm"
      horizontalSpacing="sm"
      highlightOnHover
      className="rows"
      aria-label="Invoices"
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th className="col-status">Status</Table.Th>
          <Table.Th>Invoice</Table.Th>
          <Table.Th className="widest-only">Customer</Table.Th>
          <Table.Th className="col-amount wide-only">Amount due</Table.Th>
          <Table.Th className="col-time wide-only">Created</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {invoices.map((invoice) => (
          <Table.Tr key={invoice.invoice_id}>
            <Table.Td>
              <StatusBadge word={invoiceStatuses[invoice.status]} />
            </Table.Td>
            <Table.Td>
              <Group gap={6}>
                <Anchor
                  component={Link}
                  href={`/invoices/${invoice.invoice_id}`}
                  className="row-link breakable"
                  c="inherit"
                  fw={500}
                  size="sm"
                >
                  {invoice.invoice_number}
                </Anchor>
                {invoice.attention.map((attention) => (
                  <Badge key={attention} color="orange" variant="light" size="sm" className="attention">
                    {attentions[attention][0]}
                  </Badge>
                ))}
              </Group>
              <Text size="xs" c="dimmed" className="unless-widest">
                {invoice.customer.name}
              </Text>
              <Text size="sm" className="narrow-only">
                {formatMoney(invoice.amount_due, invoice.currency)}
              </Text>
            </Table.Td>
            <Table.Td className="widest-only ellipsis">{invoice.customer.name}</Table.Td>
            <Table.Td className="wide-only number amount">
              {formatMoney(invoice.amount_due, invoice.currency)}
            </Table.Td>
            <Table.Td className="wide-only">
              <Time at={invoice.created_at} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
