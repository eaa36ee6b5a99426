import { type ReactNode, useEffect } from 'react';
import { useAuth } from 'react-oidc-context';
import { useLocation } from 'wouter';
import { Screen } from './screen.tsx';
import { signInState } from './user-manager.ts';

/** Nothing behind it is shown, or fetched, without a session. */
export function Gate({ hasEnded, children }: { readonly hasEnded: boolean; readonly children: ReactNode }) {
  const auth = useAuth();
  const [path] = useLocation();
  const signIn = () => void auth.signinRedirect({ state: signInState() }).catch(() => null);

  if (path === '/signed-out') {
    return (
      <Screen title="You are signed out" action="Sign in" onAction={signIn}>
        Nothing of your session is left in this browser tab.
      </Screen>
    );
  }
  if (auth.error) {
    return (
      <Screen title="Signing in did not work" action="Try again" onAction={signIn}>
        The sign-in page could not be reached, or its answer was not for this tab. Try again.
      </Screen>
    );
  }
  if (hasEnded || auth.user?.expired) {
    return (
      <Screen title="Your session has ended" action="Sign in again" onAction={signIn} isBusy={auth.isLoading}>
        Sign in again, and you come back to this very page.
      </Screen>
    );
  }
  if (auth.isAuthenticated) return children;
  return <SigningIn isIdle={!auth.isLoading && !auth.activeNavigator} signIn={signIn} />;
}

function SigningIn({ isIdle, signIn }: { readonly isIdle: boolean; readonly signIn: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is known that nobody is signed in
  useEffect(() => {
    if (isIdle) signIn();
  }, [isIdle]);
  return <Screen title="Signing in…" isBusy />;
}
