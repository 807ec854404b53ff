/** The floor's row: per feature a byte that tells the length of its JSON text, then the texts. */
export function packRow(values: readonly number[]): Buffer {
  const texts = values.map((value) => JSON.stringify(value));
  return Buffer.concat([
    Buffer.from(texts.map((text) => text.length)),
    ...texts.map((text) => Buffer.from(text, 'latin1')),
  ]);
}
