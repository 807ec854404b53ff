/** Copies the values of a view out of its row: the inner loop of serving. */
import type { ReadView } from '../../../features/view-state.ts';
import { featureCountOf, segmentEnd, segmentStart } from '../../../stores/row-format.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { ValuesPiece } from './row-program.ts';

const NULL = Buffer.from('null');

export function writeValues(piece: ValuesPiece, state: ReadView, out: ByteWriter): void {
  const { text, starts, segments, defaults } = piece;
  const { bytes, rowStart, mayDefault } = state;
  const count = bytes === null ? 0 : featureCountOf(bytes, rowStart);
  const places = state.segments;
  for (let i = 0; i < segments.length; i += 1) {
    out.slice(text, starts[i] as number, starts[i + 1] as number);
    const own = segments[i] as number;
    const index = places === null ? own : (places[own] as number);
    if (bytes !== null && index >= 0 && index < count) {
      const start = segmentStart(bytes, index, rowStart);
      const end = segmentEnd(bytes, index, rowStart);
      if (end > start) {
        out.slice(bytes, start, end);
        continue;
      }
    }
    out.fragment(mayDefault ? (defaults[i] as Buffer) : NULL);
  }
}
