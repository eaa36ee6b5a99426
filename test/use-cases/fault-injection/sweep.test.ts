import { endsAllTheSame } from './ends-all-the-same.ts';
import { SWEEPS } from './sweep-journeys.ts';

endsAllTheSame(SWEEPS);
