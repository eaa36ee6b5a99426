import { Badge } from '@mantine/core';

export function StatusBadge({
  word: [label, color],
}: {
  readonly word: readonly [label: string, color: string];
}) {
  return (
    <Badge variant="light" color={color} className="status">
      {label}
    </Badge>
  );
}
