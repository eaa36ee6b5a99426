import { Alert, Button, EmptyState } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { asProblem } from '../api/problem.ts';
import { ActionButton } from './action-button.tsx';
import { WarningIcon } from './icons.tsx';

type Query<Data> = {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
  refetch(): unknown;
};

type Props<Data> = {
  readonly query: Query<Data>;
  /** Of the size of what comes, so that nothing moves when it does. */
  readonly skeleton: ReactNode;
  /** The list that it would stand in: label and path. */
  readonly list?: readonly [label: string, href: string];
  readonly children: (data: Data) => ReactNode;
};

/** What a query has: still nothing, a problem, or data, which stays on the page while it cannot be renewed. */
export function Loaded<Data>({ query, skeleton, list, children }: Props<Data>) {
  const { data, isFetching, refetch } = query;
  const error = useLastingError(query);
  if (data !== undefined) {
    return (
      <>
        {error != null && <Outdated error={error} />}
        {children(data)}
      </>
    );
  }
  if (error == null) return <div aria-busy="true">{skeleton}</div>;
  const problem = asProblem(error);
  const isMissing = problem.code.endsWith('_not_found');
  return (
    <EmptyState
      role="alert"
      color="red"
      icon={<WarningIcon size={28} />}
      title={problem.title}
      description={problem.message}
      py="xl"
    >
      <EmptyState.Actions>
        {list && isMissing ? (
          <Button component={Link} href={list[1]} variant="default">
            Back to {list[0]}
          </Button>
        ) : (
          <ActionButton variant="default" onClick={() => refetch()} isPending={isFetching}>
            Try again
          </ActionButton>
        )}
      </EmptyState.Actions>
    </EmptyState>
  );
}

/** A query forgets why it failed as soon as it tries again; what is shown must not flicker with it. */
function useLastingError({ data, error, isFetching }: Query<unknown>): unknown {
  const [last, setLast] = useState<unknown>(null);
  if (error != null && error !== last) setLast(error);
  return error ?? (data === undefined && isFetching ? last : null);
}

function Outdated({ error }: { readonly error: unknown }) {
  return (
    <Alert color="yellow" role="status" mb="md" title="This may be out of date">
      {asProblem(error).title}. It is tried again every few seconds.
    </Alert>
  );
}
