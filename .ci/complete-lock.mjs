// After a change of dependencies: `node .ci/complete-lock.mjs`.
// npm leaves optional packages of other platforms out of the lock where the registry at hand does not carry them, and
// `npm ci` then refuses the lock everywhere. This names them, so that only the platforms that need them fetch them.
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const { packages } = lock;
for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const known = packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`];
    const parts = name.split(/[/-]/);
    const os = SYSTEMS.filter((system) => parts.includes(system));
    const cpu = PROCESSORS.filter((processor) => parts.includes(processor));
    if (known || os.length === 0 || cpu.length === 0) continue;
    const libc = parts.includes('musl') ? ['musl'] : parts.includes('gnu') ? ['glibc'] : undefined;
    packages[`node_modules/${name}`] = { version, cpu, dev, libc, optional: true, os };
  }
}
const [root, ...others] = Object.entries(packages);
lock.packages = Object.fromEntries([root, ...others.sort(([one], [other]) => (one < other ? -1 : 1))]);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
