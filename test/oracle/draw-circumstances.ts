/** What an operation of the oracle is asked under: who asks and how, how far sources are, and which stores fail. */
import type { StoreFailureReason } from '../../src/stores/online-store.ts';
import type { WaysGraph } from './compare-ways.ts';
import type { Faults } from './watched-store.ts';

export interface Circumstances {
  readonly tenant: string;
  readonly scopes: readonly string[];
  readonly status: 'NONE' | 'VALUES';
  readonly maxAgeMs: Readonly<Record<string, number>>;
  readonly cache: 'USE' | 'BYPASS';
  readonly consistency: 'ONE' | 'QUORUM';
  readonly sourceState: string;
  /** In a process that has just started and knows nothing yet. */
  readonly isFresh: boolean;
  readonly faults: Faults;
}

const HOUR_MS = 3_600_000;
const REASONS: readonly StoreFailureReason[] = ['TIMEOUT', 'UNAVAILABLE', 'CORRUPT', 'TOO_LARGE'];

type Drawn = Pick<WaysGraph, 'blocks' | 'views' | 'sourceStates' | 'tenants' | 'scopes'>;

/** Nothing fails, nobody is denied anything, and everything is told. */
export function plainCircumstances({ tenants, scopes, sourceStates }: Drawn): Circumstances {
  return {
    ...{ tenant: tenants[0] as string, scopes, status: 'VALUES', maxAgeMs: {}, cache: 'USE' },
    ...{ consistency: 'ONE', sourceState: sourceStates[0] as string, isFresh: false, faults: {} },
  };
}

export function drawCircumstances(random: () => number, graph: Drawn): Circumstances {
  const { blocks, views, sourceStates, tenants, scopes } = graph;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  return {
    tenant: random() < 0.07 ? pick(tenants) : (tenants[0] as string),
    scopes: random() < 0.7 ? scopes : [],
    status: random() < 0.35 ? 'VALUES' : 'NONE',
    maxAgeMs: random() < 0.12 ? { [pick(views)]: pick([0, HOUR_MS / 60, HOUR_MS, 24 * HOUR_MS]) } : {},
    cache: random() < 0.05 ? 'BYPASS' : 'USE',
    consistency: random() < 0.05 ? 'QUORUM' : 'ONE',
    sourceState: random() < 0.3 ? pick(sourceStates) : (sourceStates[0] as string),
    isFresh: random() < 0.08,
    faults: drawFaults(
      random,
      () => pick(REASONS),
      () => pick(blocks),
    ),
  };
}

function drawFaults(random: () => number, reason: () => StoreFailureReason, block: () => string): Faults {
  const choice = random();
  if (choice < 0.12) return { blocks: { [block()]: reason(), [block()]: reason() } };
  if (choice < 0.2) return failingKeys(reason(), Math.floor(random() * 7));
  if (choice < 0.26) {
    const which = Math.floor(random() * 7);
    return { isDamaged: (key) => isChosen(key, which) };
  }
  return choice < 0.28 ? { rejects: true } : {};
}

function failingKeys(reason: StoreFailureReason, which: number): Faults {
  return { key: (key) => (isChosen(key, which) ? reason : null) };
}

/** One key in seven, the same each time. */
function isChosen(key: string, which: number): boolean {
  let sum = 0;
  for (let i = 0; i < key.length; i += 1) sum += key.charCodeAt(i);
  return sum % 7 === which;
}
