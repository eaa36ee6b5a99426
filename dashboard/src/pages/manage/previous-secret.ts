import { useLocalStorage } from '@mantine/hooks';
import { useStripeOfEnvironment, useUpdateConnection } from '../../api/connection.ts';
import type { Connection } from '../../api/types.ts';
import { notifyDone } from '../../components/notify.ts';

/** Until when the replaced webhook secret is taken. The API does not tell, so this browser remembers; null where it is over. */
export function useOverlap({ id }: Connection) {
  const [until, setUntil] = useLocalStorage<string | null>({
    key: `fluxrate-overlap-${id}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const isOver = until === null || !(Date.parse(until) > Date.now());
  return [isOver ? null : until, setUntil] as const;
}

export function useRevokePrevious(connection: Connection) {
  const stripe = useStripeOfEnvironment();
  const [, setOverlap] = useOverlap(connection);
  const { mutate, isPending, error } = useUpdateConnection();
  const revoke = () =>
    mutate(
      { ...stripe, body: { revoke_previous: true } },
      {
        onSuccess: () => {
          notifyDone('The previous webhook secret is revoked.');
          setOverlap(null);
        },
      },
    );
  return { revoke, isPending, error };
}
