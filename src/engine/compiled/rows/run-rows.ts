/** Runs a row program: reads the blocks of its places in waves, and writes the answer. */
import type { RequestContext } from '../../../core/request-context.ts';
import type { ReadFailure } from '../../../features/read-blocks.ts';
import {
  type BlockRead,
  type BlockRows,
  type BlockSlot,
  isStoreFailure,
} from '../../../stores/online-store.ts';
import type { CheckedVariables } from '../../coerce-variables.ts';
import type { BufferPool } from '../buffer-pool.ts';
import type { WrittenAnswer } from '../write-answer.ts';
import { openEntities } from './open-entities.ts';
import { openChild, openRoot } from './open-places.ts';
import type { PlaceRead, RowChild, RowProgram } from './row-program.ts';
import { type DemandedBlocks, type PlaceRows, type RowAsk, RowRun } from './row-run.ts';
import { writeRows } from './write-rows.ts';

/**
 * @returns `null` where the answer has errors to tell, or something is not known yet. What was read is then part of
 * what the request has read, so that the interpreted way reads nothing twice.
 */
export async function runRows(
  program: RowProgram,
  variables: CheckedVariables,
  context: RequestContext,
  buffers: BufferPool,
  ask: RowAsk | null = null,
): Promise<WrittenAnswer | null> {
  const run = new RowRun(program, context, variables, ask);
  const isRead = await readWaves(run);
  const written = isRead ? await writeRows(run, buffers) : null;
  if (written !== null) return written;
  await adoptRead(run);
  return null;
}

/** @returns whether everything was read. */
async function readWaves(run: RowRun): Promise<boolean> {
  let wave: PlaceRows[] = [];
  for (const root of run.program.roots) {
    if (root.kind === 'text') continue;
    if (root.kind === 'entities') {
      if (!openEntities(run, root)) return false;
      for (const place of root.places.values()) wave.push(run.places[place.index] as PlaceRows);
      continue;
    }
    if (!openRoot(run, root)) return false;
    wave.push(run.places[root.place.index] as PlaceRows);
  }
  while (wave.length > 0) {
    const next: PlaceRows[] = [];
    // Places whose keys are known before anything is read are read with those that they are known by.
    for (const rows of wave) if (!openChildren(run, rows, true, wave)) return false;
    if (!(await readWave(run, wave))) return false;
    if (run.program.demands.length > 0) await adoptForComputed(run, wave);
    for (const rows of wave) if (!openChildren(run, rows, false, next)) return false;
    wave = next;
  }
  return true;
}

function openChildren(run: RowRun, rows: PlaceRows, isKnownAhead: boolean, into: PlaceRows[]): boolean {
  const { children } = rows.place;
  for (let i = 0; i < children.length; i += 1) {
    const child = children[i] as RowChild;
    if (child.isKnownAhead !== isKnownAhead) continue;
    if (!openChild(run, rows, i)) return false;
    into.push(run.places[child.place.index] as PlaceRows);
  }
  return true;
}

async function readWave(run: RowRun, wave: readonly PlaceRows[]): Promise<boolean> {
  const reads: BlockRead[] = [];
  const demandOf: DemandedBlocks[] = [];
  let watchesSources = false;
  for (const rows of wave) {
    for (const read of rows.place.reads) {
      const demanded = run.demanded[read.demand] as DemandedBlocks;
      if (demanded.demand.block.watchesSources) watchesSources = true;
      rows.blocks.push(demandBlocks(run, rows, read, demanded, reads, demandOf));
    }
  }
  if (reads.length === 0) return true;
  run.context.usage.blocks += reads.length;
  const answered = await run.program.reader.readBlocks(run.context, reads, watchesSources);
  for (const rows of wave)
    for (const { demand } of rows.place.reads) run.limit(run.demanded[demand] as DemandedBlocks);
  let isWhole = true;
  for (let i = 0; i < reads.length; i += 1) {
    const slot: BlockSlot =
      typeof answered === 'string' ? failureOf(answered) : (answered[i] ?? failureOf('STORE_UNAVAILABLE'));
    // A failure stands among the rows until they are adopted, and is never looked into.
    (demandOf[i] as DemandedBlocks).slots.push(slot as BlockRows);
    if (isStoreFailure(slot)) isWhole = false;
  }
  return isWhole;
}

/** @returns where the block of each entity is, or will be; those that nobody has asked for are added to `reads`. */
function demandBlocks(
  { context: { namespace } }: RowRun,
  rows: PlaceRows,
  { source }: PlaceRead,
  demanded: DemandedBlocks,
  reads: BlockRead[],
  demandOf: DemandedBlocks[],
): Int32Array {
  const keys = rows.otherKeys[source] ?? rows.keys;
  const { demand, indexes } = demanded;
  const block = demand.block.block.id;
  const views = demand.viewIds;
  const found = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i += 1) {
    const entityKey = keys[i] as string;
    let index = indexes.get(entityKey);
    if (index === undefined) {
      index = demanded.keys.push(entityKey) - 1;
      indexes.set(entityKey, index);
      reads.push({ namespace, block, entityKey, views });
      demandOf.push(demanded);
    }
    found[i] = index;
  }
  return found;
}

function failureOf(failed: ReadFailure): BlockSlot {
  const isLate = failed === 'STORE_TIMEOUT';
  return { failed: isLate ? 'TIMEOUT' : 'UNAVAILABLE', detail: 'the whole read failed' };
}

/** Entities are made of what the request has read, so that must be known before anything is computed. */
async function adoptForComputed(run: RowRun, wave: readonly PlaceRows[]): Promise<void> {
  if (wave.some(({ place }) => place.isComputed)) await adoptRead(run);
}

async function adoptRead(run: RowRun): Promise<void> {
  for (const demanded of run.demanded) {
    const { demand, limits, keys, slots, adopted } = demanded;
    if (adopted === slots.length) continue;
    demanded.adopted = slots.length;
    await run.program.reader.adopt(run.context, [
      {
        ...{ block: demand.block, views: demand.views, limits },
        entityKeys: keys.slice(adopted, slots.length),
        slots: slots.slice(adopted),
      },
    ]);
  }
}
