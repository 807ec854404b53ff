/** Which events have been read: by their ids, which are places in logs, so that what is not there shows, too. */
export class SeenEvents {
  readonly #lines = new Map<string, Set<number>>();

  /** @returns whether it is new. */
  add(id: string): boolean {
    const at = id.lastIndexOf('-');
    const log = id.slice(0, at);
    const line = Number(id.slice(at + 1));
    const lines = this.#lines.get(log) ?? new Set();
    this.#lines.set(log, lines);
    if (lines.has(line)) return false;
    lines.add(line);
    return true;
  }

  /** Events of which a later one of the same log is there. */
  get missingEvents(): number {
    let missing = 0;
    for (const lines of this.#lines.values()) missing += largest(lines) - lines.size;
    return missing;
  }

  /** Logs of which a later one of the same process is there. */
  get missingLogs(): number {
    const byProcess = new Map<string, Set<number>>();
    for (const log of this.#lines.keys()) {
      const at = log.lastIndexOf('-');
      const process = log.slice(0, at);
      byProcess.set(process, (byProcess.get(process) ?? new Set()).add(Number(log.slice(at + 1))));
    }
    let missing = 0;
    for (const logs of byProcess.values()) missing += largest(logs) - logs.size;
    return missing;
  }
}

function largest(numbers: ReadonlySet<number>): number {
  let most = 0;
  for (const number of numbers) most = Math.max(most, number);
  return most;
}
