import { FeaturegraphError } from '../../src/core/errors.ts';

/** Whether there is no plan for what was asked, as against a fault of ours, which no other way of planning may hide. */
export function isRefusal(error: unknown): error is FeaturegraphError {
  return error instanceof FeaturegraphError && error.code === 'OPERATION_NOT_SUPPORTED';
}
