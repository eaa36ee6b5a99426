import { readStartOptions } from '../lib/local/start-options.ts';
import { startSystem } from '../lib/local/system.ts';
import { whatNow } from '../lib/local/what-now.ts';

/** An orderly end takes milliseconds; one that hangs is cut off. */
const graceMs = 3000;

let close: () => Promise<void> = async () => undefined;
let endsSince: number | undefined;

async function end(code: number): Promise<void> {
  if (endsSince !== undefined) {
    // A second signal does not wait. But npm passes on a Ctrl-C that the terminal has sent us as well: that is still the first.
    if (Date.now() - endsSince > 500) process.exit(130);
    return;
  }
  endsSince = Date.now();
  setTimeout(() => process.exit(code), graceMs);
  await close();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0));

try {
  const { demo, ...options } = readStartOptions(process.env, process.argv.slice(2));
  const system = await startSystem(options);
  close = system.close;
  console.log(`ready ${system.url}`);
  if (demo) {
    // Only now: the Stripe SDK and Lambda's client cost memory that a running system does not need.
    const { playDemo } = await import('../lib/local/demo.ts');
    await playDemo(system, console.log);
  } else {
    console.log(whatNow(system));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(1);
}
