/** Two servers that differ in how much else their schema has, asked for the same features of the same entities. */
import { type Contestant, startContestant } from '../form/contestant.ts';
import { startLoad } from '../form/load.ts';
import { type Pace, race, WARM_REQUESTS, type Work } from '../form/race.ts';
import { type Bound, type Ratio, type Result, ratiosOf } from '../form/report.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { ENTITY, fillSchema } from './fill-schema.ts';
import { generateDomains, LARGE_SCHEMA, type SchemaSize } from './generate-domains.ts';

const CPU_RATIO_MAX = 1.05;
const START_MAX_SECONDS = 10;
const ENTITIES = 1000;
const PACES: Readonly<Record<'full' | 'quick', Pace>> = {
  full: { rounds: 25, roundMs: 400, warmUpMs: 4_000, warmUpRequests: WARM_REQUESTS, connections: 4 },
  quick: { rounds: 2, roundMs: 100, warmUpMs: 200, connections: 2 },
};

export interface SchemaRace {
  readonly results: readonly Result[];
  readonly ratios: readonly Ratio[];
  readonly bounds: readonly Bound[];
}

/** @param large whose first domain the other server has, with one entity. */
export async function raceSchemas(
  large: SchemaSize,
  quick: boolean,
  onProgress: (fraction: number, what: string) => void,
): Promise<SchemaRace> {
  const few = generateDomains({ ...LARGE_SCHEMA, entitiesPerDomain: 1 }).slice(0, 1);
  const contestants: Contestant[] = [];
  const load = await startLoad();
  try {
    let startSeconds = 0;
    for (const [name, domains] of [
      [nameOf(large), generateDomains(large)],
      ['50 features', few],
    ] as const) {
      onProgress(0, `starting with ${name}`);
      const argument = await fillSchema(makeTemporaryFolder(), domains, ENTITIES);
      const startedMs = performance.now();
      contestants.push(await startContestant(name, SERVER, argument));
      startSeconds = Math.max(startSeconds, (performance.now() - startedMs) / 1000);
    }
    const pace = quick ? PACES.quick : PACES.full;
    const results = await race({ contestants, works: WORKS, pace, load, onProgress });
    const ratios = ratiosOf(nameOf(large), results);
    return { results, ratios, bounds: [...ratios.map(boundOf), startBound(startSeconds)] };
  } finally {
    for (const contestant of contestants) await contestant.stop();
    await load.stop();
  }
}

const SERVER = new URL('../serve/featuregraph-server.ts', import.meta.url);

function nameOf({ domains, entitiesPerDomain, viewsPerEntity, featuresPerView }: SchemaSize): string {
  const count = domains * entitiesPerDomain * viewsPerEntity * featuresPerView;
  return `${count.toLocaleString('en-US')} features`;
}

function boundOf({ work, cpu }: Ratio): Bound {
  return { what: `CPU beside that with 50 features, ${work}`, seen: cpu, max: CPU_RATIO_MAX, unit: '×' };
}

function startBound(seen: number): Bound {
  return { what: 'start of the server', seen, max: START_MAX_SECONDS, unit: 's' };
}

const FIELDS = Array.from({ length: LARGE_SCHEMA.viewsPerEntity }, (_, view) =>
  Array.from({ length: LARGE_SCHEMA.featuresPerView }, (__, feature) => `v${view}Feature${feature}`),
).flat();

const WORKS: readonly Work[] = [1, 100].map((keysPerRequest) => {
  const query = `query Things($ids: [ID!]!) { ${ENTITY.list}(ids: $ids) { ${FIELDS.join(' ')} } }`;
  return {
    name: `${keysPerRequest} × ${FIELDS.length}`,
    shape: {
      head: `{"query":${JSON.stringify(query)},"variables":{"ids":[`,
      tail: ']}}',
      ...{ keysPerRequest, keyCount: ENTITIES, keyPrefix: ENTITY.keyPrefix },
    },
    equal: 'bytes',
  };
});
