import type { Config } from 'jest';
import base from './jest.config.ts';
import { whyNoChromium } from './test/browser/support/chromium.ts';

const reason = whyNoChromium();
if (reason) {
  console.error(reason);
  process.exit(1);
}

const config: Config = {
  ...base,
  testMatch: ['<rootDir>/test/browser/*.browser.ts'],
  testTimeout: 120_000,
  // Each file starts a system and a browser.
  maxWorkers: 1,
};

export default config;
