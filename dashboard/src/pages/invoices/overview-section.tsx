import type { Invoice } from '../../api/types.ts';
import { Facts } from '../../components/facts.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { formatMoney } from '../../format/money.ts';
import { formatDay } from '../../format/time.ts';

export function OverviewSection({ invoice }: { readonly invoice: Invoice }) {
  return (
    <Section title="Overview">
      <Facts
        facts={[
          ['Amount due', <b key="due">{formatMoney(invoice.amount_due, invoice.currency)}</b>],
          ['Amount paid', formatMoney(invoice.amount_paid, invoice.currency)],
          ['Customer', `${invoice.customer.name} (${invoice.customer_id})`],
          ['Invoice', <code key="id">{invoice.invoice_id}</code>],
          ['Due', invoice.due_date && formatDay(invoice.due_date)],
          ...(invoice.memo ? [['Memo', invoice.memo] as const] : []),
          ['Finalized', <Time key="finalized" at={invoice.finalized_at} />],
          ['Paid', <Time key="paid" at={invoice.paid_at} />],
        ]}
      />
    </Section>
  );
}
