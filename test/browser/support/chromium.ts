import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's package; another one by `CHROMIUM_PATH`. */
const executablePath = process.env['CHROMIUM_PATH'] || '/usr/bin/chromium';

/** A sentence how to get it; undefined where it is there. */
export function whyNoChromium(): string | undefined {
  try {
    accessSync(executablePath, constants.X_OK);
    return undefined;
  } catch {
    return `There is no Chromium at ${executablePath}. Get it with: apt-get install -y chromium, or name another with CHROMIUM_PATH=…`;
  }
}

export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath });
