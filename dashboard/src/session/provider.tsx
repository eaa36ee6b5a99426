import { type ReactNode, useState } from 'react';
import { AuthProvider } from 'react-oidc-context';
import { createApi } from '../api/client.ts';
import { ApiProvider } from '../api/provider.tsx';
import type { Config } from './config.ts';
import { Gate } from './gate.tsx';
import { useRenewal } from './renewal.ts';
import { createUserManager, pathAfterSignIn } from './user-manager.ts';

/** Shows its children to whoever is signed in, with an API that knows them. */
export function SessionProvider({
  config,
  children,
}: {
  readonly config: Config;
  readonly children: ReactNode;
}) {
  const [userManager] = useState(() => createUserManager(config));
  const [hasEnded, setHasEnded] = useState(false);
  const [api] = useState(() =>
    createApi({
      token: async () => (await userManager.getUser())?.access_token ?? null,
      onEnded: () => setHasEnded(true),
    }),
  );
  useRenewal(userManager);

  return (
    <AuthProvider
      userManager={userManager}
      onSigninCallback={(user) => window.history.replaceState(null, '', pathAfterSignIn(user?.state))}
    >
      <Gate hasEnded={hasEnded}>
        <ApiProvider api={api}>{children}</ApiProvider>
      </Gate>
    </AuthProvider>
  );
}
