/** What this process logs, kept and looked through: each line of a request must name the tenant that sent it. */
import fs from 'node:fs';
import { marksIn } from './run-pairs.ts';
import type { Tenant } from './two-tenants.ts';

const STANDARD_OUTPUT = 1;
/** The logger gathers lines for a moment before it writes them. */
const WRITTEN_AFTER_MS = 500;

export class LinesOfRequests {
  #text = '';
  readonly #writeSync = fs.writeSync;

  constructor() {
    const write = this.#writeSync;
    // The logger writes by this call, which its library looks up each time.
    fs.writeSync = ((fd: number, data: string | Uint8Array, ...rest: never[]) => {
      if (fd === STANDARD_OUTPUT) this.#text += Buffer.from(data as Uint8Array).toString('utf8');
      return (write as (...all: unknown[]) => number)(fd, data, ...rest);
    }) as typeof fs.writeSync;
  }

  stop(): void {
    fs.writeSync = this.#writeSync;
  }

  async problems(tenants: readonly Tenant[]): Promise<string[]> {
    await new Promise((resolve) => setTimeout(resolve, WRITTEN_AFTER_MS));
    const problems = marksIn('the log', this.#text);
    let requests = 0;
    for (const line of this.#text.split('\n')) {
      const { requestId, tenant } = line.startsWith('{') ? JSON.parse(line) : {};
      if (typeof requestId !== 'string') continue;
      requests += 1;
      if (!requestId.startsWith(`${tenant}-`)) problems.push(`the log says ${tenant} of ${requestId}`);
    }
    if (requests === 0) problems.push('the log has no line of a request');
    for (const { key } of tenants) if (this.#text.includes(key)) problems.push('the log holds a key');
    return problems;
  }
}
