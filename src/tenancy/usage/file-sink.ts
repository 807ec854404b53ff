import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { UsageBatch, UsageSink } from './usage-sink.ts';

/**
 * A folder that gets a copy of every log, to be collected from there or to last longer. Lines keep their place, so
 * that what is sent twice is written over itself.
 */
export class FileSink implements UsageSink {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async send({ log, position, lines }: UsageBatch): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = path.join(this.#folder, `${log}.jsonl`);
    const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return open(file, 'w+', 0o600);
      throw error;
    });
    try {
      let written = 0;
      while (written < lines.length)
        written += (await handle.write(lines, written, lines.length - written, position + written))
          .bytesWritten;
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }
}
