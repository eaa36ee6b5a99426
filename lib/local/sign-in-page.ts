import { html } from 'hono/html';
import { type Html, page } from './pages.ts';

/** Stands where Cognito asks for e-mail address and password: whoever is at this machine may be any tenant. */
export function signInPage(request: URLSearchParams): Html {
  const given = request.get('org_id');
  const others = [...request].filter(([name]) => name !== 'org_id');
  return page(
    'Sign in',
    html`<main class="sign-in">
      <h1>Sign in</h1>
      <p>This machine’s stand-in for the user pool. Each organization is a tenant of its own.</p>
      <form method="get">
        ${others.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <label for="org_id">Organization</label>
        <input id="org_id" name="org_id" value="${given ?? 'acme'}" required maxlength="64" pattern="[A-Za-z0-9_\\-]+"
          autocomplete="organization" autocapitalize="none" spellcheck="false" aria-describedby="form-of-id" />
        <small id="form-of-id">Letters, digits, _ and -</small>
        <button>Sign in</button>
      </form>
    </main>`,
  );
}
