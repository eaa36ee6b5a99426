import { useSessionStorage } from '@mantine/hooks';
import { useEffect } from 'react';
import { isSetUp } from '../../api/connection.ts';
import type { Connection } from '../../api/types.ts';
import { ActiveSection } from './active-section.tsx';
import { HealthSection } from './health-section.tsx';
import { SettingsSection } from './settings-section.tsx';
import { SetupSection } from './setup-section.tsx';
import { WebhookSection } from './webhook-section.tsx';

export function ManageSections({ connection }: { readonly connection: Connection }) {
  // Whoever sets it up sees the last step ticked, also where they went to pay an invoice meanwhile.
  const [isBegun, setBegun] = useSessionStorage({
    key: `fluxrate-set-up-${connection.id}`,
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const isSettingUp = isBegun || !isSetUp(connection);
  // A change of the account begins it anew.
  useEffect(() => {
    if (isSettingUp) setBegun(true);
  }, [isSettingUp, setBegun]);
  return (
    <>
      {isSettingUp && <SetupSection connection={connection} onFinished={() => setBegun(false)} />}
      <SettingsSection connection={connection} />
      {!isSettingUp && <WebhookSection connection={connection} />}
      <HealthSection isWatched={isSettingUp} />
      <ActiveSection connection={connection} />
    </>
  );
}
