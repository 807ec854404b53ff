import { open } from 'node:fs/promises';

/** @returns the whole lines from a position on, in at most `maxBytes`; `null` where there is no file. */
export async function readLines(file: string, position: number, maxBytes: number): Promise<Buffer | null> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, position);
    return buffer.subarray(0, buffer.subarray(0, bytesRead).lastIndexOf(LINE_FEED) + 1);
  } finally {
    await handle.close();
  }
}

const LINE_FEED = 0x0a;
