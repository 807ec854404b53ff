/** Forwards events to an address, as CloudEvents over HTTP. */
import { parseUsageEvent } from './usage-event.ts';
import type { UsageBatch, UsageSink } from './usage-sink.ts';

export interface HttpSinkOptions {
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly token: string | null;
}

/** Longest wait for an answer. */
const ANSWER_MAX_MS = 10_000;

/**
 * POSTs batches as CloudEvents have it (`application/cloudevents-batch+json`). Any 2xx says that all of a batch is
 * kept; otherwise it comes again, with the same ids, by which the receiver tells what it has.
 */
export class HttpSink implements UsageSink {
  readonly #options: HttpSinkOptions;

  constructor(options: HttpSinkOptions) {
    this.#options = options;
  }

  async send({ lines }: UsageBatch, signal: AbortSignal): Promise<void> {
    const { url, token } = this.#options;
    // What a crash of the machine left of a line is not JSON, and would spoil the whole batch.
    const events = lines
      .toString('utf8')
      .split('\n')
      .filter((line) => parseUsageEvent(line) !== undefined);
    if (events.length === 0) return;
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents-batch+json; charset=utf-8',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: `[${events.join(',')}]`,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MAX_MS)]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`expected a status of 200 to 299, got ${response.status}`);
  }
}
