/** Who asks, whose rows that lets them read and write, and what of them. Comes from the credential alone. */
export interface Identity {
  readonly tenant: string;
  readonly namespace: string;
  readonly scopes: ReadonlySet<string>;
  /** Names of views, `<domain>.*`, or `*`. Empty: nothing is written with this credential. */
  readonly writes: ReadonlySet<string>;
  /** Which credential it was, for the audit: a key's id, `jwt`, or `null`. Never a secret. */
  readonly credential: string | null;
  readonly anonymous: boolean;
}

/** From the `Authorization` header to an identity. */
export interface Identifier {
  /**
   * At once where the credential is known already.
   * @throws FeaturegraphError UNAUTHENTICATED; IDENTITY_UNAVAILABLE when nobody can tell. (Rejects with them, too.)
   */
  identify(authorization: string | undefined): Identity | Promise<Identity>;
}

/** Stands for every scope, or for every view to write. */
export const EVERYTHING = '*';

export function hasScope(scopes: ReadonlySet<string>, scope: string): boolean {
  return scopes.has(scope) || scopes.has(EVERYTHING);
}

export function mayWrite(identity: Identity, view: string, domain: string): boolean {
  const { writes } = identity;
  return writes.has(view) || writes.has(`${domain}.${EVERYTHING}`) || writes.has(EVERYTHING);
}
