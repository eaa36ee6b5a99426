import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../lib/local/ports.ts';
import { startServerProcess } from '../../lib/local/server-process.ts';

/** AWS's own DynamoDB Local, as the npm registry has it: this package carries it, and nothing else of it is used. */
const PACKAGE = 'amplify-dynamodb-simulator@2.9.30';
const TARBALL = 'amplify-dynamodb-simulator-2.9.30.tgz';
const SHA512 = 'xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==';

const BUILD = join(import.meta.dirname, '..', '..', '.build');
const FOLDER = join(BUILD, 'dynamodb-local-2.9.30');
const OLDEST_JAVA = 11;

/** Starts DynamoDB Local on a free port, in memory; gone as soon as this process is. Fetched the first time. */
export async function startDynamoDbLocal(): Promise<{ endpoint: string; close(): Promise<void> }> {
  requireJava();
  if (!existsSync(FOLDER)) fetchEmulator();
  const port = await freePort();
  const { close } = await startServerProcess('DynamoDB Local', port, 'java', [
    `-Djava.library.path=${join(FOLDER, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(FOLDER, 'DynamoDBLocal.jar'),
    '-inMemory',
    // Else each access key and region has a database of its own.
    '-sharedDb',
    '-disableTelemetry',
    '-port',
    String(port),
  ]);
  return { endpoint: `http://127.0.0.1:${port}`, close };
}

function requireJava(): void {
  if (javaVersion() >= OLDEST_JAVA) return;
  throw new Error(
    `DynamoDB Local needs Java ${OLDEST_JAVA} or newer, and there is none here. ` +
      'Install it (on Debian: apt-get install default-jre-headless), and try again.',
  );
}

/** The major version of the Java on the path; 0 where there is none, or one before 9, which knows no `--version`. */
function javaVersion(): number {
  try {
    const answer = execFileSync('java', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(/\d+/.exec(answer)?.[0] ?? 0);
  } catch {
    return 0;
  }
}

/** Unpacks the emulator beside its place, and moves it there as a whole: what stands there was verified. */
function fetchEmulator(): void {
  console.log(`Fetching ${PACKAGE} (56 MB)...`);
  mkdirSync(BUILD, { recursive: true });
  const folder = mkdtempSync(join(BUILD, 'fetching-'));
  try {
    execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder], { stdio: 'ignore' });
    const tarball = join(folder, TARBALL);
    if (createHash('sha512').update(readFileSync(tarball)).digest('base64') !== SHA512)
      throw new Error(`${PACKAGE} is not what it was: its checksum differs`);
    execFileSync('tar', ['-xzf', tarball, '-C', folder, 'package/emulator']);
    renameSync(join(folder, 'package', 'emulator'), FOLDER);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
