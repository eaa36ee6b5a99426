import { join } from 'node:path';
import { run } from 'jest';
import { startDynamoDbLocal } from './emulator.ts';

/** `npm run test:dynamodb-local`: the tests of the table against AWS's DynamoDB Local. Takes jest's arguments. */

try {
  const database = await startDynamoDbLocal();
  process.env['DYNAMODB_ENDPOINT'] = database.endpoint;
  await run(['--config', join(import.meta.dirname, 'jest.config.ts'), ...process.argv.slice(2)]);
  await database.close();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
