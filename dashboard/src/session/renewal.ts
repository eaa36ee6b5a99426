import type { UserManager } from 'oidc-client-ts';
import { useEffect } from 'react';

/** Renews the session shortly before it ends, where the issuer gave a refresh token; else it just ends. */
export function useRenewal(userManager: UserManager): void {
  useEffect(
    () =>
      userManager.events.addAccessTokenExpiring(async () => {
        const user = await userManager.getUser();
        // One that is refused ends with its token, and then the page says so.
        if (user?.refresh_token) await userManager.signinSilent().catch(() => null);
      }),
    [userManager],
  );
}
