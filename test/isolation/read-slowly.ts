/** A client that takes what it is sent at about 1 KB a second. */
import { request } from 'node:http';

const EVERY_MS = 250;
/** After so many bytes it has shown what it has to show, and takes the rest at once. */
const SLOW_BYTES = 512;

export function readSlowly(url: string, headers: Record<string, string>, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > SLOW_BYTES) return;
          response.pause();
          setTimeout(() => response.resume(), EVERY_MS);
        });
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
