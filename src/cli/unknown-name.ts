import { didYouMean } from '../core/nearest-name.ts';

/** A name of something of the schema that is not there: what there is, and which of it is most likely meant. */
export function unknownName(what: string, name: string, known: Iterable<string>): Error {
  const names = [...new Set(known)].toSorted();
  return new Error(
    `Expected the name of ${what} (${names.join(', ') || 'there is none'}), got "${name}".${didYouMean(name, names)}`,
  );
}
