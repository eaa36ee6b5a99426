// A fresh process that answers one webhook. Writes to file descriptor 3 how many microseconds of CPU it has used since its start.
// Plain JavaScript: the type stripper would be measured, too.
const { writeSync } = require('node:fs');

const [bundle, event] = process.argv.slice(2);
process.on('uncaughtException', ({ stack }) => {
  console.error(stack);
  process.exit(1);
});

require(bundle)
  .handler(JSON.parse(event), {})
  .then(({ statusCode }) => {
    const { user, system } = process.cpuUsage();
    if (statusCode !== 200) throw new Error(`${bundle} answered ${statusCode}`);
    writeSync(3, String(user + system));
    process.exit();
  });
