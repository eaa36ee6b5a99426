import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { isOpen } from './ports.ts';

/**
 * Kills the server as soon as this process is gone, however it went: its standard input then ends. In a process group
 * of its own, so that Ctrl-C in a terminal reaches us first, who still want to finish what is under way.
 */
const untilParentIsGone = `
exec 3<&0
"$@" 3<&- </dev/null >/dev/null 2>&1 & child=$!
{ read -r _ <&3; kill -9 $child 2>/dev/null; } & watcher=$!
wait $child
kill $watcher 2>/dev/null`;

export type ServerProcess = { close(): Promise<void> };

/** Starts a server that listens on `port` of this machine; `name` is what an error calls it. It ends when we do. */
export async function startServerProcess(
  name: string,
  port: number,
  command: string,
  args: readonly string[],
): Promise<ServerProcess> {
  const child = spawn('sh', ['-c', untilParentIsGone, 'sh', command, ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const close = async () => {
    child.stdin.destroy();
    await exited;
  };

  const failed = exited.then(() => {
    throw new Error(`${name} could not be started`);
  });
  await Promise.race([untilItListens(name, port), failed]);
  failed.catch(() => undefined);
  return { close };
}

async function untilItListens(name: string, port: number): Promise<void> {
  for (let attempt = 0; attempt < 1_200; attempt += 1) {
    if (await isOpen(port)) return;
    await delay(25);
  }
  throw new Error(`${name} did not answer within 30 seconds`);
}
