/** @returns the code of the error that it throws; `null` where it throws none. */
export function codeOf(run: () => unknown): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}
