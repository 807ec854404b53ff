/** Gets a composed supergraph's text from a file or by HTTP; what it says is not looked at here. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { request } from 'undici';

/** A supergraph of hundreds of subgraphs has a few MB. */
const SUPERGRAPH_MAX_BYTES = 64 * 1024 * 1024;

/** For the whole of it; a registry in the same data centre answers in milliseconds. */
const READ_MAX_MS = 10_000;

/**
 * @param location a path, or an address that begins with http:// or https://.
 * @throws Error that says what to do.
 */
export async function readSupergraph(location: string): Promise<string> {
  return isAddress(location) ? readByHttp(location) : readFromFile(location);
}

export function isAddress(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

async function readFromFile(location: string): Promise<string> {
  try {
    return await readFile(location, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Error(
      `supergraph: expected a file with a composed supergraph at ${path.resolve(location)}, but it cannot be read (${reason}). \`featuregraph compose\` prints one.`,
      { cause },
    );
  }
}

async function readByHttp(location: string): Promise<string> {
  try {
    const { statusCode, body } = await request(location, { signal: AbortSignal.timeout(READ_MAX_MS) });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`it answered status ${statusCode}`);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > SUPERGRAPH_MAX_BYTES)
        throw new Error(`it answered more than ${SUPERGRAPH_MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (cause) {
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
    throw new Error(
      `supergraph: expected a composed supergraph at ${location}, but ${reason}. Check the address, and that this machine reaches it.`,
      { cause },
    );
  }
}
