/**
 * Loads the product with a place of its source changed: what a protection, a check or a key is worth shows without it.
 * No switch for any of them exists in the program.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface SourceChange {
  /** From the repository's root. */
  readonly file: string;
  /** Stands there once. */
  readonly from: string;
  readonly to: string;
}

const ROOT = path.resolve(import.meta.dirname, '..');

/** @returns whether the text to be changed stands where it should, once. */
export function hasItsPlace({ file, from }: SourceChange): boolean {
  return readFileSync(path.join(ROOT, file), 'utf8').split(from).length === 2;
}

/** To be called before the source is loaded. @param name told when its place is gone. @throws {Error} */
export function changeSource(name: string, change: SourceChange): void {
  const { file, from, to } = change;
  if (!hasItsPlace(change))
    throw new Error(`Expected the place of ${name} once in ${file}; move it to where the code is now.`);
  const url = pathToFileURL(path.join(ROOT, file)).href;
  registerHooks({
    load: (loaded, context, next) => {
      const module = next(loaded, context);
      if (loaded !== url || module.source === undefined || module.source === null) return module;
      const text = Buffer.from(module.source as Uint8Array).toString('utf8');
      return { ...module, source: text.replace(from, () => to) };
    },
  });
}
