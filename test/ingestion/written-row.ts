import type { View } from '../../src/registry/registry.ts';
import { readRowHeader, segmentOf } from '../../src/stores/row-format.ts';

/** A packed row as a test reads it: JSON text by feature, `absent` where there is no segment. */
export function segmentsOf(view: View, row: Uint8Array): Record<string, string> {
  const segments: Record<string, string> = {};
  const { featureCount } = readRowHeader(row);
  for (const { name, index, type } of view.features) {
    const bytes = index < featureCount ? segmentOf(row, index) : undefined;
    if (bytes === undefined) segments[name] = 'absent';
    else if (type.kind === 'vector' && bytes.length === type.dim * 4) {
      const numbers = Array.from({ length: type.dim }, (_, i) => Buffer.from(bytes).readFloatLE(i * 4));
      segments[name] = JSON.stringify(numbers);
    } else segments[name] = Buffer.from(bytes).toString('utf8');
  }
  return segments;
}
