import { afterAll, afterEach, expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { RunningSystem } from '../../system/running-system.ts';
import { launchChromium } from './chromium.ts';

/** The whole local system and a browser, for the tests of one file. Whatever a page complains of fails the test. */
export class Visits {
  readonly system: RunningSystem;
  readonly #browser: Browser;
  readonly #complaints: string[] = [];
  readonly #contexts: BrowserContext[] = [];

  private constructor(system: RunningSystem, browser: Browser) {
    this.system = system;
    this.#browser = browser;
  }

  static async start(): Promise<Visits> {
    const system = await RunningSystem.start();
    const browser = await launchChromium();
    const visits = new Visits(system, browser);
    afterAll(async () => {
      await browser.close();
      await system.stop();
    });
    afterEach(async () => {
      await Promise.all(visits.#contexts.splice(0).map((context) => context.close()));
      expect(visits.#complaints.splice(0)).toEqual([]);
    });
    return visits;
  }

  /** A browser of somebody who was never here. */
  async newPage(): Promise<Page> {
    const context = await this.#browser.newContext({
      baseURL: this.system.url,
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.#complaints.push(error.message));
    page.on('console', (message) => {
      // Chromium logs answers of 4xx as well, which are no fault of the page.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
      this.#complaints.push(message.text());
    });
    return page;
  }

  /** Opens a path as somebody of that organization, by way of the sign-in page. */
  async signIn(orgId: string, path = '/'): Promise<Page> {
    const page = await this.newPage();
    await page.goto(path);
    await page.getByLabel('Organization').fill(orgId);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForURL((url) => !url.pathname.startsWith('/_local/') && url.pathname !== '/signed-in');
    return page;
  }
}
