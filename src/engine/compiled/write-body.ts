/** Writes the body of a request to a subgraph: known fragments, the client's variables, and keys as they came. */
import { ByteWriter } from './byte-writer.ts';
import type { InstanceTable } from './instance-table.ts';
import { FLAG_SLOT, IS_NULL } from './instance-table.ts';
import type { EntityInput, EntitySite, Hop, ProgramEntities, ProgramFetch } from './program.ts';
import type { Supply } from './program-place.ts';
import { NO_ROW, type ProgramRun, rowOf } from './program-run.ts';
import { RepresentationSet } from './representation-set.ts';
import { BYTE } from './scan-json.ts';

export interface Body {
  readonly bytes: Uint8Array;
  /** Of each of the fetch's entities; empty for a root fetch. */
  readonly counts: readonly number[];
}

/** An object was told to stand for no entity: it has no whole key. */
const NOT_ASKED = -1;
/** Of a representation, for a first guess. */
const REPRESENTATION_BYTES = 64;

export function writeBody(fetch: ProgramFetch, run: ProgramRun): Body {
  const out = new ByteWriter(Buffer.allocUnsafe(fetch.head.length + fetch.tail.length + roomFor(fetch, run)));
  out.fragment(fetch.head);
  let isFirst = true;
  for (const name of fetch.node.variables) {
    if (!Object.hasOwn(run.variables, name)) continue;
    const value = JSON.stringify(run.variables[name]);
    out.fragment(Buffer.from(`${isFirst ? '' : ','}${JSON.stringify(name)}:${value}`));
    isFirst = false;
  }
  const counts = fetch.entities.map((entities) => {
    if (!isFirst) out.byte(BYTE.COMMA);
    isFirst = false;
    return writeEntities(entities, run, out);
  });
  out.fragment(fetch.tail);
  return { bytes: out.bytes(), counts };
}

function roomFor({ entities }: ProgramFetch, run: ProgramRun): number {
  let objects = 0;
  for (const { sites } of entities) {
    for (const { place } of sites) {
      const table = run.tables[place.table] as InstanceTable;
      objects += table.end / table.stride;
    }
  }
  return objects * REPRESENTATION_BYTES + REPRESENTATION_BYTES;
}

/** @returns how many representations there are. */
function writeEntities(entities: ProgramEntities, run: ProgramRun, out: ByteWriter): number {
  out.fragment(entities.head);
  const set = new RepresentationSet();
  for (const site of entities.sites) {
    eachObject(run, site.hops, 0, 0, (row) => writeRepresentation(site, row, run, out, set));
  }
  out.byte(BYTE.CLOSING_BRACKET);
  return set.size;
}

/** Calls `visit` with the row of each object that the hops lead to, in the order of the response. */
function eachObject(
  run: ProgramRun,
  hops: readonly Hop[],
  depth: number,
  row: number,
  visit: (row: number) => void,
): void {
  if (depth === hops.length) {
    visit(row);
    return;
  }
  const hop = hops[depth] as Hop;
  const from = rowOf(run, hop.place, row, hop.supply);
  if (from === NO_ROW) return;
  const { slots } = run.tables[(hop.place.supplies[hop.supply] as Supply).table] as InstanceTable;
  const first = slots[from + hop.slot] as number;
  const count = hop.isList ? (slots[from + hop.slot + 1] as number) : 1;
  const below = run.tables[hop.table] as InstanceTable;
  for (let i = 0; i < count; i += 1) {
    const at = first + i * below.stride;
    if (below.slots[at + FLAG_SLOT] !== IS_NULL) eachObject(run, hops, depth + 1, at, visit);
  }
}

function writeRepresentation(
  site: EntitySite,
  row: number,
  run: ProgramRun,
  out: ByteWriter,
  set: RepresentationSet,
): void {
  const { slots } = run.tables[site.place.table] as InstanceTable;
  // Entities that stand at several places are one object here.
  if (slots[row + site.slot] !== 0) return;
  const before = out.length;
  if (set.size > 0) out.byte(BYTE.COMMA);
  const start = out.length;
  out.fragment(site.head);
  for (const input of site.inputs) writeInput(input, site, row, run, out);
  out.byte(BYTE.CLOSING_BRACE);
  if (!hasKey(site, row, run)) {
    slots[row + site.slot] = NOT_ASKED;
    out.truncate(before);
    return;
  }
  const known = set.size;
  const index = set.add(out.room, start, out.length);
  if (index < known) out.truncate(before);
  slots[row + site.slot] = index + 1;
}

function writeInput(
  { supply, startSlot, endSlot, before }: EntityInput,
  { place }: EntitySite,
  row: number,
  run: ProgramRun,
  out: ByteWriter,
): void {
  const from = rowOf(run, place, row, supply);
  if (from === NO_ROW) return;
  const { fetch, table } = place.supplies[supply] as Supply;
  const { slots } = run.tables[table] as InstanceTable;
  out.fragment(before);
  out.slice(
    run.answers[fetch] as Uint8Array,
    slots[from + startSlot] as number,
    slots[from + endSlot] as number,
  );
}

function hasKey({ keys, inputs, place }: EntitySite, row: number, run: ProgramRun): boolean {
  for (const key of keys) {
    let isWhole = true;
    for (const index of key) {
      if (!isWhole) break;
      isWhole = isGiven(inputs[index] as EntityInput, place, row, run);
    }
    if (isWhole) return true;
  }
  return false;
}

function isGiven(
  { supply, startSlot }: EntityInput,
  place: EntitySite['place'],
  row: number,
  run: ProgramRun,
): boolean {
  const from = rowOf(run, place, row, supply);
  if (from === NO_ROW) return false;
  const { fetch, table } = place.supplies[supply] as Supply;
  const start = (run.tables[table] as InstanceTable).slots[from + startSlot] as number;
  return (run.answers[fetch] as Uint8Array)[start] !== BYTE.LOWER_N;
}
