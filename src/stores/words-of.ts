/** Rows of one answer stand in few buffers: a view on the last one serves nearly all of them. */
let last: ArrayBufferLike = new ArrayBuffer(0);
let words: DataView<ArrayBufferLike> = new DataView(last);

/** All of the memory that the bytes are a part of, to be read in words; they begin at their `byteOffset`. */
export function wordsOf({ buffer }: Uint8Array): DataView<ArrayBufferLike> {
  if (buffer !== last) {
    last = buffer;
    words = new DataView(buffer);
  }
  return words;
}
