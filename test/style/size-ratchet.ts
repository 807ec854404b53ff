/**
 * What is larger than it should be, with the lines it has now: `path` for a file, `path#name` for a function.
 * The list may only shrink: nothing is added, and what shrinks is lowered or taken off.
 */
export const SIZE_RATCHET: Readonly<Record<string, number>> = {};
