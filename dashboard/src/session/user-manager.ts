import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import * as v from 'valibot';
import type { Config } from './config.ts';

/** Authorization code with PKCE. Tokens live in this tab's session storage, and nowhere else. */
export function createUserManager({ issuer, client_id, scope }: Config): UserManager {
  const store = new WebStorageStateStore({ store: window.sessionStorage });
  return new UserManager({
    authority: issuer,
    client_id,
    scope,
    redirect_uri: `${window.location.origin}/signed-in`,
    post_logout_redirect_uri: `${window.location.origin}/signed-out`,
    userStore: store,
    stateStore: store,
    // Its way without a refresh token is a hidden frame, which no policy here allows.
    automaticSilentRenew: false,
  });
}

const SignInState = v.object({ path: v.pipe(v.string(), v.regex(/^\/(?![/\\])/)) });

/** What is carried through the sign-in, so that it ends where it began. */
export function signInState(): v.InferOutput<typeof SignInState> {
  const { pathname, search } = window.location;
  return { path: pathname.startsWith('/signed-') ? '/' : pathname + search };
}

export function pathAfterSignIn(state: unknown): string {
  const parsed = v.safeParse(SignInState, state);
  return parsed.success ? parsed.output.path : '/';
}
