import { Button, Center } from '@mantine/core';

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
      <Button variant="default" onClick={() => fetchNextPage()} loading={isFetchingNextPage}>
        Show older
      </Button>
    </Center>
  );
}
