import { z } from 'zod';
import { COST_MAXIMUM_DEFAULT } from '../tenancy/cost/cost-model.ts';
import { DEFAULT_WEIGHTS } from '../tenancy/cost/cost-weights.ts';

/** Larger ones are a slip: no thing costs a million blocks. */
const WEIGHT_MAX = 1_000_000;

const weight = (name: keyof typeof DEFAULT_WEIGHTS, what: string) =>
  z.number().min(0).max(WEIGHT_MAX).default(DEFAULT_WEIGHTS[name]).describe(what);

/** What queries cost, and how much one may. */
export const costShape = z
  .strictObject({
    maximum: z
      .int()
      .min(1)
      .max(Number.MAX_SAFE_INTEGER)
      .default(COST_MAXIMUM_DEFAULT)
      .describe('units that one operation may cost at most, whoever asks'),
    weights: z
      .strictObject({
        block: weight('block', 'units of one block of one entity'),
        remoteFetch: weight('remoteFetch', 'of a request to a subgraph outside of the process'),
        foreignEntity: weight(
          'foreignEntity',
          'of an entity asked of a subgraph that is not of the platform',
        ),
        transform: weight('transform', 'of a call of a transform'),
        kib: weight('kib', 'of a KiB of an answer, above freeKib'),
        freeKib: weight('freeKib', 'KiB of each answer that cost nothing'),
        bypassFactor: weight('bypassFactor', 'a block costs so many times as much with `cache: BYPASS`'),
        quorumFactor: weight('quorumFactor', 'likewise with `consistency: QUORUM`'),
      })
      .prefault({})
      .describe('prices in units; the defaults are measured'),
  })
  .prefault({});
