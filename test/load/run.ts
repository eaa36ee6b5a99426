import { load } from './load.ts';
import { readLoadOptions } from './options.ts';

/** `npm run test:load`: many events at once while AWS fails; afterwards every invoice must be right. */
const isRight = await load(readLoadOptions(process.argv.slice(2)), console.log);
process.exitCode = isRight ? 0 : 1;
