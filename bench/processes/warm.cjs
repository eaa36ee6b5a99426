// A process that answers the same webhook as often as it is told, and tells how many microseconds of CPU each took.
const { handler } = require(process.argv[2]);

process.on('message', async ({ event, requests }) => {
  const before = process.cpuUsage();
  for (let request = 0; request < requests; request += 1) {
    const { statusCode } = await handler(event, {});
    if (statusCode !== 200) throw new Error(`${process.argv[2]} answered ${statusCode}`);
  }
  const { user, system } = process.cpuUsage(before);
  process.send((user + system) / requests);
});
process.on('disconnect', () => process.exit());
