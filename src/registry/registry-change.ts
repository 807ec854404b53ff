/** One difference between two registries, told by what it means for values and for those who ask for them. */
export interface RegistryChange {
  readonly kind: ChangeKind;
  /** What changed, or whose view did: `Aircraft`, `Aircraft.seats`, `Query.aircraftList`. */
  readonly coordinate: string;
  /** Name of the view that changed; `null` where none did. */
  readonly view: string | null;
  readonly domain: string;
  readonly effect: ChangeEffect;
  readonly before: string | null;
  readonly after: string | null;
  /** What it does, and to what. */
  readonly message: string;
  /** What to do so that nobody is surprised. */
  readonly mend: string;
  /** Features that it changes, as `Type.field`. */
  readonly affects: readonly string[];
}

/**
 * `BREAKS`: what was asked, pushed or stored before no longer fits. `VALUES`: it fits, and says something else.
 * `NONE`: values stay as they are.
 */
export type ChangeEffect = 'BREAKS' | 'VALUES' | 'NONE';

export type ChangeKind =
  | 'ENTITY_ADDED'
  | 'ENTITY_REMOVED'
  | 'KEY_CHANGED'
  | 'FEATURE_ADDED'
  | 'FEATURE_REMOVED'
  | 'FEATURE_MOVED'
  | 'FEATURE_DOMAIN_CHANGED'
  | 'FEATURE_ORIGIN_CHANGED'
  | 'FEATURE_TYPE_CHANGED'
  | 'FEATURE_NAME_CHANGED'
  | 'FEATURE_BOUND_CHANGED'
  | 'DEFAULT_CHANGED'
  | 'ON_INVALID_CHANGED'
  | 'TRANSFORM_CHANGED'
  | 'INPUTS_CHANGED'
  | 'DESCRIPTION_CHANGED'
  | 'OWNER_CHANGED'
  | 'TAGS_CHANGED'
  | 'VERSION_CHANGED'
  | 'TTL_CHANGED'
  | 'SOURCE_CHANGED'
  | 'SOURCE_MAX_LAG_CHANGED'
  | 'AVAILABLE_AFTER_CHANGED'
  | 'BLOCK_CHANGED'
  | 'HOT_CHANGED'
  | 'EXTERNAL_CHANGED'
  | 'REFERENCE_CHANGED'
  | 'MAX_KEYS_CHANGED';
