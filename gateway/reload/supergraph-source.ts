/** Where a supergraph comes from: a file or a URL. Reading again what has not changed costs next to nothing. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

export interface SupergraphSource {
  /** As messages name it. */
  readonly place: string;
  /** How long to wait between two reads, where nobody says otherwise, in ms. */
  readonly everyMs: number;
  /**
   * @returns the SDL; `null` where it is as it was at the last read.
   * @throws Error that names the place and says what was expected and what came.
   */
  read(): Promise<string | null>;
}

/** Larger is no supergraph, but a wrong file: the largest known are a few MiB. */
const SUPERGRAPH_MAX_BYTES = 32 * 1024 * 1024;
/** For the whole answer. */
const READ_DEADLINE_MS = 10_000;
const FILE_EVERY_MS = 500;
const URL_EVERY_MS = 10_000;

/** @param place path of a file, or an http(s) URL. */
export function supergraphSource(place: string): SupergraphSource {
  return isAddress(place) ? new UrlSource(place) : new FileSource(path.resolve(place));
}

export function isAddress(place: string): boolean {
  return /^https?:\/\//i.test(place);
}

/**
 * Looked at again and again instead of by the system's notices: these come from no network file system, and not when
 * a link on the way to the file is what changed, as it does where versions are published.
 */
class FileSource implements SupergraphSource {
  readonly place: string;
  readonly everyMs = FILE_EVERY_MS;
  #seen = '';

  constructor(file: string) {
    this.place = file;
  }

  async read(): Promise<string | null> {
    try {
      const { dev, ino, size, mtimeMs } = await stat(this.place);
      const state = [dev, ino, size, mtimeMs].join(' ');
      if (state === this.#seen) return null;
      if (size > SUPERGRAPH_MAX_BYTES) throw tooLarge(this.place, size);
      const text = await readFile(this.place, 'utf8');
      this.#seen = state;
      return text;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === undefined) throw cause;
      throw new Error(
        `Expected a supergraph at ${this.place}, but it cannot be read (${code}). \`featuregraph compose\` prints one.`,
        { cause },
      );
    }
  }
}

class UrlSource implements SupergraphSource {
  readonly place: string;
  readonly everyMs = URL_EVERY_MS;
  #etag: string | null = null;

  constructor(url: string) {
    this.place = url;
  }

  async read(): Promise<string | null> {
    const response = await this.#fetch();
    if (response.status === 304) {
      await response.body?.cancel();
      return null;
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`Expected a supergraph at ${this.place}, got status ${response.status}.`);
    }
    const text = await this.#textOf(response);
    this.#etag = response.headers.get('etag');
    return text;
  }

  async #fetch(): Promise<Response> {
    try {
      return await fetch(this.place, {
        headers: {
          accept: 'application/graphql, text/plain, */*;q=0.1',
          ...(this.#etag === null ? {} : { 'if-none-match': this.#etag }),
        },
        signal: AbortSignal.timeout(READ_DEADLINE_MS),
      });
    } catch (cause) {
      throw unreachable(this.place, cause);
    }
  }

  async #textOf(response: Response): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const chunk of response.body ?? []) {
        bytes += chunk.byteLength;
        // Leaving the loop ends the connection.
        if (bytes > SUPERGRAPH_MAX_BYTES) break;
        chunks.push(chunk);
      }
    } catch (cause) {
      throw unreachable(this.place, cause);
    }
    if (bytes > SUPERGRAPH_MAX_BYTES) throw tooLarge(this.place, bytes);
    return Buffer.concat(chunks).toString('utf8');
  }
}

function unreachable(place: string, cause: unknown): Error {
  const { name, cause: inner } = cause as Error & { cause?: { code?: string } };
  const code = name === 'TimeoutError' ? 'ETIMEDOUT' : (inner?.code ?? 'ECONNRESET');
  const why = name === 'TimeoutError' ? `no whole answer within ${READ_DEADLINE_MS} ms` : code;
  return Object.assign(
    new Error(`Expected a supergraph at ${place}, but it could not be fetched (${why}).`, { cause }),
    { code },
  );
}

function tooLarge(place: string, bytes: number): Error {
  return new Error(
    `Expected a supergraph of at most ${SUPERGRAPH_MAX_BYTES} bytes at ${place}, got ${bytes} or more. Is it another file?`,
  );
}
