import { Anchor, Breadcrumbs, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

type Props = {
  readonly title: string;
  /** Pages above this one, from the top: label and path. */
  readonly above?: readonly (readonly [label: string, href: string])[];
  readonly description?: ReactNode;
  /** Beside the title. */
  readonly state?: ReactNode;
  readonly actions?: ReactNode;
};

export function PageHeader({ title, above = [], description, state, actions }: Props) {
  return (
    <header className="page-header">
      <title>{`${title} · Fluxrate`}</title>
      <Breadcrumbs component="nav" aria-label="Breadcrumbs" separatorMargin={6}>
        <Text size="sm" c="dimmed">
          Dashboard
        </Text>
        {above.map(([label, href]) => (
          <Anchor component={Link} href={href} size="sm" key={href}>
            {label}
          </Anchor>
        ))}
        {above.length > 0 && (
          <Text size="sm" c="dimmed" aria-current="page" className="breadcrumb-here">
            {title}
          </Text>
        )}
      </Breadcrumbs>
      <Group justify="space-between" gap="sm" className="page-title">
        <Group gap="sm">
          <Title order={1} size="h2">
            {title}
          </Title>
          {state}
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {description && (
        <Text c="dimmed" maw={640}>
          {description}
        </Text>
      )}
    </header>
  );
}
