/** A store in a folder, copies of it that are damaged, and what they still give. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { listRows } from '../../src/stores/block-rows.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { isStoreFailure } from '../../src/stores/online-store.ts';
import { compareWith, type Seen } from './damage-child.ts';
import { KILL_KEYS, killWrite } from './kill-rows.ts';

export interface Flipped extends Seen {
  /** Flips that ended the process. */
  readonly ended: number;
  /** Flips by which a wrong value came. */
  readonly wrongFlips: readonly number[];
}

export interface CutShort extends Seen {
  readonly openings: number;
  /** What openings that were refused said. */
  readonly refusals: readonly string[];
}

const ROWS = 2400;
const CALL_ROWS = 400;

export class DamagedStore {
  /** A copy to be damaged. */
  readonly folder: string;
  readonly #home = mkdtempSync(path.join(tmpdir(), 'featuregraph-damage-'));
  readonly #whole = path.join(this.#home, 'whole');
  readonly #expectedFile = path.join(this.#home, 'expected.json');
  #expected: (string | null)[][] = [];

  private constructor() {
    this.folder = path.join(this.#home, 'damaged');
  }

  static async make(): Promise<DamagedStore> {
    const made = new DamagedStore();
    const environment = await openLmdbEnvironment({ folder: made.#whole });
    const store = createLmdbOnlineStore(environment, { clock: systemClock });
    for (let first = 0; first < ROWS; first += CALL_ROWS) {
      await store.writeMany(Array.from({ length: CALL_ROWS }, (_, i) => killWrite(0, first + i)));
    }
    const slots = await store.readMany(KILL_KEYS);
    made.#expected = slots.map((slot) => {
      if (isStoreFailure(slot)) throw new Error(slot.detail);
      return listRows(slot).map((row) => row?.toString('base64') ?? null);
    });
    writeFileSync(made.#expectedFile, JSON.stringify(made.#expected));
    await environment.close();
    return made;
  }

  get dataFile(): string {
    return path.join(this.folder, 'data.mdb');
  }

  copyWhole(): void {
    rmSync(this.folder, { recursive: true, force: true });
    cpSync(this.#whole, this.folder, { recursive: true });
  }

  /** What an opening of the copy gives, or the error by which it is refused. */
  async open(): Promise<Seen | Error> {
    const environment = await openLmdbEnvironment({ folder: this.folder }).catch((error: Error) => error);
    if (environment instanceof Error) return environment;
    const store = createLmdbOnlineStore(environment, { clock: systemClock });
    return compareWith(this.#expected, store).finally(() => environment.close());
  }

  /**
   * One bit after the other, each put back after it was read under. In processes of their own: LMDB trusts its pages,
   * and a damaged pointer can end one.
   * @throws {Error} when a process ends otherwise than by a signal of the memory.
   */
  flipBits(flips: number): Flipped {
    const total = { right: 0, failed: 0, missing: 0, wrong: 0, ended: 0 };
    const wrongFlips: number[] = [];
    const script = path.join(import.meta.dirname, 'damage-child.ts');
    for (let flip = 0; flip < flips; flip += 1) {
      this.copyWhole();
      const args = [script, this.folder, this.#expectedFile, String(flip), String(flips - flip)];
      const child = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
      for (const line of child.stdout.trim().split('\n')) {
        if (!line.startsWith('seen ')) continue;
        const seen = JSON.parse(line.slice(5)) as Seen;
        for (const what of SEEN) total[what] += seen[what];
        if (seen.wrong > 0) wrongFlips.push(flip);
        flip += 1;
      }
      if (child.status === 0) break;
      if (!/SIGSEGV|SIGBUS|SIGABRT/.test(String(child.signal))) {
        throw new Error(
          `The reader ended with ${child.signal ?? child.status} at flip ${flip}: ${child.stderr}`,
        );
      }
      total.ended += 1;
    }
    return { ...total, wrongFlips };
  }

  /** Opens each copy twice: what was refused must not be taken for whole later. */
  async cutShort(cuts: number): Promise<CutShort> {
    this.copyWhole();
    const fileBytes = statSync(this.dataFile).size;
    const total = { right: 0, failed: 0, missing: 0, wrong: 0 };
    const refusals: string[] = [];
    for (let i = 0; i < cuts; i += 1) {
      this.copyWhole();
      truncateSync(this.dataFile, Math.floor((fileBytes * i) / cuts) + ((i * 997) % 4096));
      for (let again = 0; again < 2; again += 1) {
        const seen = await this.open();
        if (seen instanceof Error) refusals.push(seen.message);
        else for (const what of SEEN) total[what] += seen[what];
      }
    }
    return { ...total, openings: 2 * cuts, refusals };
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

const SEEN: readonly (keyof Seen)[] = ['right', 'failed', 'missing', 'wrong'];
/** What a refused opening must say. */
export const TELLS_TO_RESTORE = /cannot be opened.*restore the folder from a copy/s;
