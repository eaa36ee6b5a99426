import type { Config } from 'jest';

const config: Config = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.build'],
  testSequencer: '<rootDir>/test/support/sequencer.ts',
  // Ends what hangs, and nothing that a busy machine is slow with.
  testTimeout: 180_000,
  // More than the cores that CI has: tests of the whole system wait for most of their time.
  maxWorkers: 4,
};

export default config;
