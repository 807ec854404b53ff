/**
 * Durable memory of tenants, namespaces, grants and keys: small, read whole by every process, changed seldom and by
 * one at a time. What the records say is their reader's; the store sees text by name.
 */
export interface TenantStore {
  /** Cheap: asked every second or two. 0: nothing was ever kept. @throws {Error} when the store cannot tell. */
  revision(): Promise<number>;
  /** All records as they were at one revision. @throws {Error} */
  load(): Promise<TenantRecords>;
  /**
   * Makes all changes or none, if the store still is at `from`; resolves when they are durable.
   * @param changes `null` removes a record. @returns the new revision, or `null` when another was first.
   * @throws {Error} when it is not known whether they were made: load again and look.
   */
  change(from: number, changes: ReadonlyMap<string, string | null>): Promise<number | null>;
  close(): Promise<void>;
}

export interface TenantRecords {
  readonly revision: number;
  readonly records: ReadonlyMap<string, string>;
}

/** Most changes of one call: they are one write of one partition. */
export const TENANT_CHANGES_MAX = 100;
/** Longest record, in UTF-16 units. */
export const TENANT_RECORD_MAX_LENGTH = 64 * 1024;

/** @throws {RangeError} */
export function assertTenantChanges(changes: ReadonlyMap<string, string | null>): void {
  if (changes.size === 0 || changes.size > TENANT_CHANGES_MAX)
    throw new RangeError(`Expected 1 to ${TENANT_CHANGES_MAX} changes at once, got ${changes.size}.`);
  for (const [name, text] of changes) {
    if (text !== null && text.length > TENANT_RECORD_MAX_LENGTH)
      throw new RangeError(
        `Expected at most ${TENANT_RECORD_MAX_LENGTH} characters in the record ${name}, got ${text.length}. Give fewer grants.`,
      );
  }
}
