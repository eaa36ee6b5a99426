import { Group, Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

type Props = {
  readonly title: string;
  readonly description?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
};

/** A part of a page, with a heading of its own. */
export function Section({ title, description, aside, children }: Props) {
  const id = useId();
  return (
    <Paper withBorder component="section" p="lg" aria-labelledby={id} className="section">
      <Group justify="space-between" align="flex-start" gap="sm" mb="md">
        <div className="section-head">
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {description && (
            <Text size="sm" c="dimmed" mt={2}>
              {description}
            </Text>
          )}
        </div>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}
