/**
 * Keeps the `operation` label of metrics within a bound: a client may send any number of different documents,
 * and each label value is a series kept for ever.
 */
const OPERATION_LABELS_MAX = 200;
const OTHER = 'other';

export function createOperationLabels(max = OPERATION_LABELS_MAX): (operation: string) => string {
  const known = new Set<string>();
  return (operation) => {
    if (known.has(operation)) return operation;
    if (known.size >= max) return OTHER;
    known.add(operation);
    return operation;
  };
}
