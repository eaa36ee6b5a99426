import { Alert, List, Stack, Text } from '@mantine/core';
import { asProblem } from '../api/problem.ts';

/** Why the last thing asked for was not done; nothing where it was. */
export function ProblemAlert({ error }: { readonly error: unknown }) {
  if (!error) return null;
  const problem = asProblem(error);
  return (
    <Alert color="red" title={problem.title} role="alert">
      <Stack gap={4}>
        <Text size="sm">{problem.message}</Text>
        {problem.errors.length > 0 && (
          <List size="sm">
            {problem.errors.map(({ field, message }) => (
              <List.Item key={field}>
                {field} {message}
              </List.Item>
            ))}
          </List>
        )}
        {problem.is('internal_error') && <Text size="xs">Request {problem.requestId}</Text>}
      </Stack>
    </Alert>
  );
}
