import { Group, Paper } from '@mantine/core';
import { useInvoices } from '../../api/invoices.ts';
import { Loaded } from '../../components/loaded.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { useSearchFilter } from '../../components/search-filter.ts';
import { StatusFilter, statusIn } from '../../components/status-filter.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { invoiceStatuses } from '../../format/words.ts';
import { InvoicesTable } from './invoices-table.tsx';
import { NoInvoices } from './no-invoices.tsx';

/** Every invoice that was finalized here. */
export function InvoicesPage() {
  const [search, setSearch] = useSearchFilter();
  const status = statusIn(invoiceStatuses, search.get('status'));
  const invoices = useInvoices(status ? { status } : {});
  return (
    <>
      <PageHeader title="Invoices" description="Finalized invoices and their payments, newest first." />
      <Group mb="md">
        <StatusFilter words={invoiceStatuses} value={status} onChange={(name) => setSearch('status', name)} />
      </Group>
      <Paper withBorder className="table-frame">
        <Loaded query={invoices} skeleton={<TableSkeleton />}>
          {({ pages }) => {
            const all = pages.flatMap(({ data }) => data);
            return all.length > 0 ? (
              <InvoicesTable invoices={all} />
            ) : (
              <NoInvoices isFiltered={status !== undefined} hasOlder={invoices.hasNextPage} />
            );
          }}
        </Loaded>
      </Paper>
      <MoreButton query={invoices} />
    </>
  );
}
