import { Badge } from '@mantine/core';
import type { Connection } from '../api/types.ts';

/** How the connection stands, in two words: whether it works, and with what money. */
export function ConnectionBadges({ connection }: { readonly connection: Connection }) {
  const [label, color] = standing(connection);
  return (
    <>
      <Badge variant="light" color={color}>
        {label}
      </Badge>
      <Badge variant="outline" color="gray" className="mode">
        {connection.livemode ? 'Live mode' : 'Test mode'}
      </Badge>
    </>
  );
}

function standing({ is_active, webhook_secret_set }: Connection): readonly [label: string, color: string] {
  if (!is_active) return ['Switched off', 'gray'];
  return webhook_secret_set ? ['Connected', 'green'] : ['Webhook secret missing', 'orange'];
}
