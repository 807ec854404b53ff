/** The statuses of an answer, gathered while it is written: a letter for each object at a path, in its order. */
import { type FeatureStatus, STATUS_LETTERS } from '../../../core/status.ts';
import { storedStatus } from '../../../features/stored-value.ts';
import type { ReadView } from '../../../features/view-state.ts';
import type { StoredFeature } from '../../../registry/registry.ts';
import type { ValuesPiece } from './row-program.ts';

export class StatusLetters {
  /** By index of the path, in the order in which paths were met. */
  readonly #letters = new Map<number, string>();

  add(path: number, status: FeatureStatus): void {
    this.#letters.set(path, (this.#letters.get(path) ?? '') + STATUS_LETTERS[status]);
  }

  addValues({ features, paths }: ValuesPiece, state: ReadView): void {
    for (let i = 0; i < features.length; i += 1)
      this.add(paths[i] as number, storedStatus(state, features[i] as StoredFeature));
  }

  /** As the answer has them, by path. */
  toJson(paths: readonly string[]): string {
    return JSON.stringify(
      Object.fromEntries([...this.#letters].map(([path, letters]) => [paths[path], letters])),
    );
  }
}
