/** The graph that is served, and those that it replaced, for as long as a request may still run on them. */
import type { FastifyInstance } from 'fastify';

interface Closable {
  close(): Promise<void>;
}

interface Replaced<Graph> {
  readonly graph: Graph;
  /** Number of the last request that may have begun on it. */
  readonly lastRequest: number;
  readonly patience: NodeJS.Timeout;
}

export class GraphSwitch<Graph extends Closable> {
  #current: Graph;
  readonly #patienceMs: number;
  readonly #onCloseFailed: (error: unknown) => void;
  /** The oldest first. */
  #replaced: Replaced<Graph>[] = [];
  /** Numbers of the requests that run, the oldest first. */
  readonly #running = new Set<number>();
  #requests = 0;

  /** @param patienceMs no request takes longer; what has not ended then has lost its client. */
  constructor(first: Graph, patienceMs: number, onCloseFailed: (error: unknown) => void) {
    this.#current = first;
    this.#patienceMs = patienceMs;
    this.#onCloseFailed = onCloseFailed;
  }

  /** What a request that begins now runs on, to its end. */
  get current(): Graph {
    return this.#current;
  }

  /** Graphs that wait for their last request. */
  get replacedCount(): number {
    return this.#replaced.length;
  }

  /** Counts the requests of a server, to know when a replaced graph has none left. */
  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (_request, reply, done) => {
      const number = this.#requests;
      this.#requests += 1;
      this.#running.add(number);
      // Also where the client went away before the answer.
      reply.raw.once('close', () => {
        this.#running.delete(number);
        if (this.#replaced.length > 0) this.#closeUnused();
      });
      done();
    });
  }

  /** From now on requests begin on `next`; the one before is closed when none runs on it any more. */
  switchTo(next: Graph): void {
    const graph = this.#current;
    this.#current = next;
    const patience = setTimeout(() => this.#closeOne(graph), this.#patienceMs);
    patience.unref();
    this.#replaced.push({ graph, lastRequest: this.#requests - 1, patience });
    this.#closeUnused();
  }

  /** To be called when no request can begin any more. */
  async close(): Promise<void> {
    for (const { graph } of [...this.#replaced]) this.#closeOne(graph);
    await this.#current.close();
  }

  #closeUnused(): void {
    const [oldest = Number.POSITIVE_INFINITY] = this.#running;
    for (const { graph, lastRequest } of [...this.#replaced]) if (lastRequest < oldest) this.#closeOne(graph);
  }

  #closeOne(graph: Graph): void {
    const replaced = this.#replaced.find((one) => one.graph === graph);
    if (replaced === undefined) return;
    clearTimeout(replaced.patience);
    this.#replaced = this.#replaced.filter((one) => one !== replaced);
    graph.close().catch(this.#onCloseFailed);
  }
}
