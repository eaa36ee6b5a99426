// One execution environment of a Lambda function: loads the bundle, then runs one invocation at a time.
// Plain JavaScript: the type stripper would cost every worker another 12 MB.
const { join } = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');

for (const stream of [process.stdout, process.stderr]) {
  // Through the same port as the results, so that an invocation's log is complete when its result arrives.
  stream.write = (chunk, encoding, callback) => {
    parentPort.postMessage({ type: 'log', text: String(chunk) });
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
}

const describe = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const context = ({ requestId, functionArn, deadline }) => ({
  callbackWaitsForEmptyEventLoop: true,
  awsRequestId: requestId,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  invokedFunctionArn: functionArn,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

const run = async (handler, invocation) => {
  try {
    const result = await handler(JSON.parse(invocation.payload), context(invocation));
    parentPort.postMessage({ type: 'result', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    parentPort.postMessage({ type: 'error', payload: JSON.stringify(describe(error)) });
  }
};

try {
  const [file, name] = workerData.handler.split('.');
  const handler = require(join(workerData.folder, file))[name];
  if (typeof handler !== 'function')
    throw new TypeError(`${workerData.handler} is undefined or not exported`);
  parentPort.on('message', (invocation) => run(handler, invocation));
  parentPort.postMessage({ type: 'ready' });
} catch (error) {
  parentPort.postMessage({ type: 'error', payload: JSON.stringify(describe(error)) });
  process.exit(1);
}
