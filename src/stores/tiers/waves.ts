import type { BlockKey, BlockRead, BlockSlot } from '../online-store.ts';
import { type BlockRun, isOneRun } from './block-run.ts';
import type { Wave } from './wave.ts';
import { WaveTable } from './wave-table.ts';

/** Tables that nobody is in are forgotten beyond this many. */
const TABLES_MAX = 64;

/**
 * The waves of one set of read options. A wave that begins while no other is under way is in no table, because nobody
 * could join it yet: it comes into them with the next wave (seen: the tables took an eighth of a read's CPU).
 */
export class Waves {
  #tables: WaveTable[] = [];
  #alone: Wave | null = null;

  /** Tells that a wave begins. @returns whether it is alone, and so has nothing to look for. */
  begin(wave: Wave): boolean {
    const before = this.#alone;
    this.#alone = null;
    if (before !== null && !before.hasLanded) this.#enterTables(before);
    else if (this.#tables.every(({ isIdle }) => isIdle)) this.#alone = wave;
    return this.#alone !== null;
  }

  #enterTables(wave: Wave): void {
    for (let index = 0; index < wave.reads.length; index += 1) {
      if (wave.isLanded(index) || wave.isOutdated(index)) continue;
      const read = wave.reads[index] as BlockRead;
      const table = this.tableOf(read);
      // Who asks twice in one call is answered by two reads; others join the first.
      if (table.find(read.entityKey) < 0) table.add(read.entityKey, wave, index);
      else wave.outdate(index);
    }
  }

  tableOf(run: BlockRun): WaveTable {
    for (let i = 0; i < this.#tables.length; i += 1) {
      const table = this.#tables[i] as WaveTable;
      if (isOneRun(table.run, run)) return table;
    }
    if (this.#tables.length >= TABLES_MAX) this.#tables = this.#tables.filter(({ isIdle }) => !isIdle);
    const table = new WaveTable(run);
    this.#tables.unshift(table);
    return table;
  }

  /** Answers all who wait for the block; who asks later starts anew. */
  land(wave: Wave, index: number, slot: BlockSlot): void {
    if (wave !== this.#alone && !wave.isOutdated(index)) {
      const read = wave.reads[index] as BlockRead;
      this.tableOf(read).remove(read.entityKey, wave, index);
    }
    wave.settle(index, slot);
    if (wave === this.#alone && wave.hasLanded) this.#alone = null;
  }

  /** The block was written or erased: what is under way may bring what was before. */
  outdate({ namespace, block, entityKey }: BlockKey): void {
    if (this.#alone !== null) this.#enterTables(this.#alone);
    this.#alone = null;
    for (const table of this.#tables) {
      const { run } = table;
      if (run.namespace !== namespace || run.block !== block) continue;
      const entry = table.find(entityKey);
      if (entry < 0) continue;
      const [wave, index] = [table.waveAt(entry), table.indexAt(entry)];
      wave.outdate(index);
      table.remove(entityKey, wave, index);
    }
  }
}
