/** How many entities a request to a subgraph asks for, told from its body: both ways of execution have that. */
const ENTITY = Buffer.from('{"__typename":"');

/**
 * Entities that a body asks for: each representation begins with its type's name, which no text in the body can
 * look like, because quotes inside of texts are escaped.
 */
export function countEntities(body: string | Uint8Array): number {
  const bytes =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let count = 0;
  for (let at = bytes.indexOf(ENTITY); at >= 0; at = bytes.indexOf(ENTITY, at + ENTITY.length)) count += 1;
  return count;
}
