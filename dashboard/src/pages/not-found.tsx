import { Button, EmptyState } from '@mantine/core';
import { Link } from 'wouter';
import { PageHeader } from '../components/page-header.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Page not found" />
      <EmptyState
        title="There is nothing at this address"
        description="It may have been typed wrong, or be of another environment."
      >
        <EmptyState.Actions>
          <Button component={Link} href="/integrations">
            Go to Integrations
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    </>
  );
}
