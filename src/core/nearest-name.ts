/**
 * Which known name a mistyped one most likely means. For those who have the schema or the configuration anyway: the
 * command line, and who pushes. A query's client is never helped so, because it would be told what there is.
 */
import { suggestionList } from 'graphql/jsutils/suggestionList.js';

/** Longer than any name of ours, and short enough to compare with a thousand of them. */
const NAME_MAX_CHARS = 128;

/** @returns the known name that is nearest, if it is near enough to be meant; one that goes on where it ends first. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  if (name.length > NAME_MAX_CHARS) return null;
  const near = suggestionList(name, [...known]);
  return near.find((one) => one.startsWith(name)) ?? near[0] ?? null;
}

/** ` Did you mean "…"?`, to append to a sentence; empty where no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === null ? '' : ` Did you mean "${nearest}"?`;
}
