import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';

const script = (name: string) => join(import.meta.dirname, 'processes', name);
const execArgv = ['--max-semi-space-size=16', '--max-old-space-size=460'];

type Environment = Readonly<Record<string, string>>;

/** Starts AWS with ready answers. */
export async function startAws() {
  const child = fork(script('aws.ts'));
  return {
    ...v.parse(v.object({ url: v.string(), cert: v.string() }), await message(child)),
    stop: () => stop(child),
  };
}

/** Answers one webhook in a process that begins with it: microseconds of CPU from its start. */
export async function answerCold(bundle: string, env: Environment, event: unknown): Promise<number> {
  const child = spawn(process.execPath, [...execArgv, script('cold.cjs'), bundle, JSON.stringify(event)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  // Logs go where Lambda takes them: into a pipe.
  child.stdout?.resume();
  const [, , , result] = child.stdio;
  const micros = text(v.parse(v.instance(Readable), result));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('The webhook was not answered');
  return Number(await micros);
}

/** A process that goes on answering. */
export function startWarm(bundle: string, env: Environment) {
  const child = fork(script('warm.cjs'), [bundle], {
    env,
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume();
  return {
    /** Microseconds of CPU for each of so many requests. */
    async answer(event: unknown, requests: number): Promise<number> {
      child.send({ event, requests });
      return v.parse(v.number(), await message(child));
    },
    stop: () => stop(child),
  };
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`${child.spawnargs.join(' ')} ended`));
    child.once('exit', onExit);
    child.once('message', (received) => {
      child.off('exit', onExit);
      resolve(received);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.disconnect();
  await once(child, 'exit');
}
