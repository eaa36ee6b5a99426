import { endsAllTheSame } from './ends-all-the-same.ts';
import { FINALIZATIONS } from './finalize-journeys.ts';

endsAllTheSame(FINALIZATIONS);
