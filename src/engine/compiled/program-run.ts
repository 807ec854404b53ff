/** What one execution of a program knows and gathers. */
import type { RequestContext } from '../../core/request-context.ts';
import type { BytesAnswer } from '../subgraph-client.ts';
import { FLAG_SLOT, type InstanceTable, IS_NULL } from './instance-table.ts';
import type { ProgramFetch } from './program.ts';
import type { ProgramPlace, Supply } from './program-place.ts';
import { NO_SLOT } from './source-object.ts';

export interface Asked {
  readonly fetch: ProgramFetch;
  readonly body: Uint8Array;
  readonly answer: BytesAnswer;
}

export interface ProgramRun {
  /** Client variables as subgraphs are sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
  readonly tables: readonly InstanceTable[];
  /** The bytes of each fetch's answer. */
  readonly answers: Uint8Array[];
  readonly asked: Asked[];
  /** Whether an answer was not plain: nothing more is asked then. */
  isBroken: boolean;
}

/** Stands for an object that a supply does not have. */
export const NO_ROW = -1;

/** @returns the row of an object of `place` in one of its supplies; NO_ROW where that has none. */
export function rowOf(run: ProgramRun, place: ProgramPlace, row: number, index: number): number {
  const supply = place.supplies[index] as Supply;
  let own = row;
  if (supply.entitySlot !== NO_SLOT) {
    const entity = (run.tables[place.table] as InstanceTable).slots[row + supply.entitySlot] as number;
    if (entity <= 0) return NO_ROW;
    own = (entity - 1) * supply.stride;
  }
  return (run.tables[supply.table] as InstanceTable).slots[own + FLAG_SLOT] === IS_NULL ? NO_ROW : own;
}
