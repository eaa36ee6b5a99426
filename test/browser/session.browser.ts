import { describe, expect, it } from '@jest/globals';
import { Visits } from './support/visit.ts';

const visits = await Visits.start();

describe('a session', () => {
  it('begins at the sign-in page, and leads back to the page that was asked for', async () => {
    const page = await visits.signIn('acme', '/staging/invoices?status=PAID');
    expect(new URL(page.url()).pathname).toBe('/staging/invoices');
    await page.getByRole('heading', { level: 1, name: 'Invoices' }).waitFor();
  });

  it('starts at the integrations of prod', async () => {
    const page = await visits.signIn('acme');
    await page.getByRole('heading', { level: 1, name: 'Integrations' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/prod/integrations');
  });

  it('leaves its tokens in this tab alone', async () => {
    const page = await visits.signIn('acme');
    const stored = await page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])');
    expect(stored).not.toMatch(/eyJ/);
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toMatch(/eyJ/);
  });

  it('ends with Sign out', async () => {
    const page = await visits.signIn('acme');
    await page.getByRole('button', { name: 'Appearance and account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByText('You are signed out').waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toMatch(/eyJ/);
    await page.goto('/prod/invoices');
    await page.getByLabel('Organization').waitFor();
  });

  it('that the API takes no longer says so, and goes on where it was', async () => {
    const page = await visits.signIn('acme', '/prod/invoices');
    await page.getByRole('heading', { level: 1, name: 'Invoices' }).waitFor();
    await page.route('**/api/v1/**', (route) =>
      route.fulfill({ status: 401, contentType: 'application/json', body: '{"message":"Unauthorized"}' }),
    );
    await page.getByText('Your session has ended').waitFor();
    await page.unroute('**/api/v1/**');
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Invoices' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/prod/invoices');
  });

  it('whose token has expired is renewed, without anybody noticing', async () => {
    const page = await visits.signIn('acme', '/prod/invoices');
    const renewal = page.waitForResponse((response) => response.url().endsWith('/token'));
    await page.evaluate(`
      for (const [key, value] of Object.entries(sessionStorage)) {
        if (!key.startsWith('oidc.user:')) continue;
        const expires_at = Math.floor(Date.now() / 1000) + 62;
        sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(value), expires_at }));
      }
    `);
    await page.reload();
    expect((await renewal).status()).toBe(200);
    await page.getByRole('heading', { level: 1, name: 'Invoices' }).waitFor();
  });
});

describe('an API that is down', () => {
  it('is told at once, and what was loaded stays', async () => {
    const page = await visits.signIn('acme', '/prod/invoices');
    await page.getByRole('heading', { level: 1, name: 'Invoices' }).waitFor();
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.getByText('This may be out of date').waitFor();
  });

  it('is told instead of a page, which comes by itself once the API is back', async () => {
    const page = await visits.signIn('acme');
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.goto('/prod/invoices');
    await page.getByText('Fluxrate cannot be reached').waitFor();
    await page.unroute('**/api/v1/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Fluxrate cannot be reached').waitFor({ state: 'detached' });
  });
});
