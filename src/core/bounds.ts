/** The limits that belong to the vocabulary itself. A limit that only one room knows stands in that room. */

/** Longest encoded entity key, in bytes: fits every store's key beside namespace and block. */
export const ENTITY_KEY_MAX_BYTES = 512;

/** Longest name of a namespace, block, view, source or domain, in bytes. */
export const NAME_MAX_BYTES = 128;

/** Largest block, in bytes: one read must stay small enough to be copied within a millisecond. */
export const BLOCK_MAX_BYTES = 64 * 1024;

/** Largest stored string, Byte or JSON feature, in bytes, where the feature does not say. */
export const FEATURE_MAX_BYTES_DEFAULT = 256;

/** An event further ahead of the clock than this is refused: it would shadow every later write. */
export const EVENT_TIME_MAX_AHEAD_MS = 5 * 60 * 1000;

/** Highest revision of one event time: three decimal digits of the order key. */
export const REVISION_MAX = 999;

/** Largest event time, in ms: year 2200. Larger numbers are microseconds or nanoseconds by mistake. */
export const EVENT_TIME_MAX_MS = Date.UTC(2200, 0, 1);

/** Smallest event time, in ms: a number below it (17 days after 1970) is seconds by mistake, or 0 for "unset". */
export const EVENT_TIME_MIN_MS = Date.UTC(1971, 0, 1);

/** Most features of one view: the row's feature count is 16 bits. */
export const VIEW_FEATURES_MAX = 65_535;

/** Longest deadline a request may ask for, in ms. */
export const DEADLINE_MAX_MS = 60_000;
