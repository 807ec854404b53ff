/**
 * Bytes of a text that live as long as a program, in memory of their own: a few bytes of the pool that Node makes small
 * buffers of would keep all 64 KiB of it, for each document.
 */
export function keptBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
