import { Center } from '@mantine/core';
import { ActionButton } from './action-button.tsx';

type Props = {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): unknown;
  };
};

/** The next page of a list, below what is there. */
export function MoreButton({ query: { hasNextPage, isFetchingNextPage, fetchNextPage } }: Props) {
  if (!hasNextPage) return null;
  return (
    <Center mt="md">
      <ActionButton variant="default" onClick={() => fetchNextPage()} isPending={isFetchingNextPage}>
        Show older
      </ActionButton>
    </Center>
  );
}
