import { FeaturegraphError } from '../../src/core/errors.ts';

/** @returns the code that it is refused with. @throws where it is not refused. */
export function codeOfRefusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof FeaturegraphError) return error.code;
    throw error;
  }
  throw new Error('Nothing was refused.');
}
