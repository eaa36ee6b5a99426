import { afterAll } from '@jest/globals';

const cleanups: Array<() => unknown> = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Done after the last test of the file, the newest first. */
export function atEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}
