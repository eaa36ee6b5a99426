import { useState } from 'react';
import { isSetUp } from '../../api/connection.ts';
import type { Connection } from '../../api/types.ts';
import { ActiveSection } from './active-section.tsx';
import { HealthSection } from './health-section.tsx';
import { SettingsSection } from './settings-section.tsx';
import { SetupSection } from './setup-section.tsx';
import { WebhookSection } from './webhook-section.tsx';

export function ManageSections({ connection }: { readonly connection: Connection }) {
  // Whoever watches the last step being ticked must not see the list vanish with it.
  const [isSettingUp, setSettingUp] = useState(() => !isSetUp(connection));
  // A change of the account begins anew.
  if (!connection.webhook_secret_set && !isSettingUp) setSettingUp(true);
  return (
    <>
      {isSettingUp && <SetupSection connection={connection} />}
      <SettingsSection connection={connection} />
      {!isSettingUp && <WebhookSection connection={connection} />}
      <HealthSection isWatched={isSettingUp} />
      <ActiveSection connection={connection} />
    </>
  );
}
