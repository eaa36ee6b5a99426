import type { Config } from 'jest';
import ordinary from '../../jest.config.ts';

/** The tests that speak to the table: of its repositories, and of the use cases and handlers upon them. */
const config: Config = {
  ...ordinary,
  rootDir: '../..',
  testMatch: ['adapters/dynamodb', 'use-cases', 'handlers'].map(
    (folder) => `<rootDir>/test/${folder}/**/*.test.ts`,
  ),
  // Tests that make thousands of runs of their own: dynoxide is faster, and semantics.test.ts says where both are alike.
  testPathIgnorePatterns: ['/fault-injection/', '\\.(fuzz|property)\\.test\\.ts$'],
  testTimeout: 180_000,
};

export default config;
