import { sweepDeps } from '../composition-root.ts';
import { failureFields, log } from '../log.ts';
import { sweep } from '../use-cases/sweep.ts';

const deps = sweepDeps();

/** Invoked on a schedule, and by hand with `{}`. */
export async function handler() {
  try {
    return await sweep(deps);
  } catch (error) {
    log.error('sweep failed', failureFields(error));
    // Lambda logs what is thrown: nothing of an SDK's error may be in it.
    throw new Error('The sweep could not begin. What is due stays due.');
  }
}
