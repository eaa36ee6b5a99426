import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { errorCode } from './error-code.ts';
import { audience, issuerPath } from './token-issuer.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const prefix = 'fluxrate-local-';
/** An assembly serves a start on any port: the gateway trusts the issuer that runs beside it, whatever its port is. */
const context = { stage: 'local', jwtIssuer: `http://localhost:4000${issuerPath}`, jwtAudience: audience };
const CdkJson = v.object({ context: v.optional(v.record(v.string(), v.unknown()), {}) });

export type Assembly = { directory: string; remove(): void };

/**
 * Synthesizes the CDK app, as it is on one machine, into a folder of its own. In a child process, whose memory is given back:
 * the CDK and esbuild take more of it than the whole running system.
 */
export async function synthesize(): Promise<Assembly> {
  removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const remove = () => {
    process.off('exit', remove);
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', remove);

  const cdkJson = v.parse(CdkJson, JSON.parse(readFileSync(join(project, 'cdk.json'), 'utf8')));
  const environment = {
    ...process.env,
    CDK_OUTDIR: directory,
    // CloudFormation will never see it, and to hold it against its rules takes longer than all the rest.
    CDK_VALIDATION: 'false',
    CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }),
  };
  const { code, output } = await runNode([join('bin', 'app.ts')], environment);
  if (code === 0) return { directory, remove };

  remove();
  throw new Error(`The CDK app could not be synthesized: ${reason(output)}`);
}

function runNode(args: string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill('SIGKILL');
    // Before its folder is removed, or it would write it anew.
    process.prependOnceListener('exit', kill);
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', kill);
      resolve({ code, output });
    });
  });
}

/** Of a stack trace, the sentence. */
function reason(output: string): string {
  const line = output.split('\n').find((text) => /^\s*(\w*Error|\S*\s*\[ERROR\]|✘)/.test(text));
  return line?.trim() ?? (output.trim().slice(-500) || 'it said nothing');
}

/** Folders of processes that were killed before they could tidy up. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
