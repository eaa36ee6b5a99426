import { sweepDeps } from '../composition-root.ts';
import { failureFields, log } from '../log.ts';
import { sweep } from '../use-cases/sweep.ts';

const deps = sweepDeps();

/** Invoked on a schedule, and by hand with `{}`. */
export async function handler() {
  // Lambda logs what is thrown: nothing of an SDK's error may be in it.
  const outcome = await sweep(deps).catch((error: unknown) => {
    log.error('sweep failed', failureFields(error));
    throw new Error('The sweep could not begin. What is due stays due.');
  });
  if (outcome.faults > 0) throw new Error(`The sweep met ${outcome.faults} faults; the log names them.`);
  return outcome;
}
