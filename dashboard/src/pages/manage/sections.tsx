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
  const [wasSetUp] = useState(() => isSetUp(connection));
  return (
    <>
      {!wasSetUp && <SetupSection connection={connection} />}
      <SettingsSection connection={connection} />
      {wasSetUp && <WebhookSection connection={connection} />}
      <HealthSection isWatched={!wasSetUp} />
      <ActiveSection connection={connection} />
    </>
  );
}
