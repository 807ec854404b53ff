/** A lock between processes that dies with its holder. `null`: another process holds it. */
export declare function holdAlone(
  subject: string,
  options?: { readonly platform?: string },
): Promise<(() => Promise<void>) | null>;
