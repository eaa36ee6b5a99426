import { Skeleton, Stack } from '@mantine/core';
import { useParams } from 'wouter';
import { useInvoice } from '../../api/invoices.ts';
import { Loaded } from '../../components/loaded.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { invoiceStatuses } from '../../format/words.ts';
import { AttentionAlerts } from './attention-alerts.tsx';
import { EmailSection } from './email-section.tsx';
import { LinkSection } from './link-section.tsx';
import { OverviewSection } from './overview-section.tsx';
import { PaymentsSection } from './payments-section.tsx';
import { VoidButton } from './void-button.tsx';

export function InvoicePage() {
  const { invoice_id = '' } = useParams<{ invoice_id: string }>();
  const invoice = useInvoice(invoice_id);
  return (
    <>
      <PageHeader
        title={invoice.data?.invoice_number ?? invoice_id}
        above={[['Invoices', '/invoices']]}
        state={invoice.data && <StatusBadge word={invoiceStatuses[invoice.data.status]} />}
        actions={invoice.data && <VoidButton invoice={invoice.data} />}
      />
      <Loaded query={invoice} skeleton={<InvoiceSkeleton />} list={['Invoices', '/invoices']}>
        {(data) => (
          <>
            <AttentionAlerts invoice={data} />
            <OverviewSection invoice={data} />
            <LinkSection invoice={data} />
            <EmailSection invoice={data} />
            <PaymentsSection invoice={data} />
          </>
        )}
      </Loaded>
    </>
  );
}

function InvoiceSkeleton() {
  return (
    <Stack gap={20}>
      <Skeleton height={330} radius="md" />
      <Skeleton height={140} radius="md" />
      <Skeleton height={150} radius="md" />
    </Stack>
  );
}
