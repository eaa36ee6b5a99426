import { Skeleton } from '@mantine/core';

/** As tall as a table with some rows. */
export function TableSkeleton({ rows = 8 }: { readonly rows?: number }) {
  return (
    <div className="table-skeleton">
      {Array.from({ length: rows }, (_, row) => `row ${row}`).map((key) => (
        <Skeleton key={key} height={20} my={14} />
      ))}
    </div>
  );
}
