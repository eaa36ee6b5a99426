// A process that answers the same webhook as often as it is told, and tells how many microseconds of CPU each took.
const [bundle] = process.argv.slice(2);
process.on('uncaughtException', ({ stack }) => {
  console.error(stack);
  process.exit(1);
});
process.on('disconnect', () => process.exit());

const { handler } = require(bundle);
process.on('message', async ({ event, requests }) => {
  const before = process.cpuUsage();
  for (let request = 0; request < requests; request += 1) {
    const { statusCode } = await handler(event, {});
    if (statusCode !== 200) throw new Error(`${bundle} answered ${statusCode}`);
  }
  const { user, system } = process.cpuUsage(before);
  process.send((user + system) / requests);
});
