import { useAuth } from 'react-oidc-context';
import { useLocation } from 'wouter';

/** Ends the session here, and at the issuer where it has a page for that. */
export function useSignOut(): () => Promise<void> {
  const auth = useAuth();
  const [, navigate] = useLocation();
  return async () => {
    const { client_id, post_logout_redirect_uri: back } = auth.settings;
    try {
      // Cognito knows neither of the standard's parameters, but these two.
      await auth.signoutRedirect({ extraQueryParams: { client_id, ...(back && { logout_uri: back }) } });
    } catch {
      await auth.removeUser();
      navigate('~/signed-out');
    }
  };
}
