/**
 * One request and its answer at undici's lowest level: a stream and a signal for each would cost as much as all else
 * that is done for a small answer.
 */
import type { Dispatcher } from 'undici';
import { USAGE_HEADER } from '../../src/core/request-usage.ts';

/** The end of the time that an answer may take, for whoever waits for it. */
export class Ending {
  #isOver = false;
  #onOver: (() => void) | null = null;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @param onOver called once, at once where it is over already; the one before is forgotten. */
  watch(onOver: () => void): void {
    this.#onOver = onOver;
    if (this.#isOver) onOver();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver?.();
  }
}

/** The time was over before the answer was there. */
export class Ended extends Error {}

export class AnswerTooLarge extends Error {}

export interface IncomingAnswer {
  readonly status: number;
  /** Empty where there is none. */
  readonly contentType: string;
  /** How the bytes are compressed; empty where they are not. */
  readonly encoding: string;
  /** What the subgraph says that it used; empty where it says nothing. */
  readonly usage: string;
  readonly bytes: Buffer;
}

export interface OutgoingRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** @throws Ended, AnswerTooLarge, and what undici says of a connection that fails. */
export function receiveAnswer(
  dispatcher: Dispatcher,
  { path, headers, body }: OutgoingRequest,
  maxBytes: number,
  ending: Ending,
): Promise<IncomingAnswer> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver(resolve, reject, maxBytes);
    ending.watch(() => receiver.giveUp(new Ended()));
    if (!ending.isOver) dispatcher.dispatch({ method: 'POST', path, headers, body }, receiver);
  });
}

class Receiver implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: IncomingAnswer) => void;
  readonly #reject: (error: Error) => void;
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #byteCount = 0;
  #status = 0;
  #contentType = '';
  #encoding = '';
  #usage = '';
  #controller: Dispatcher.DispatchController | null = null;
  #reason: Error | null = null;

  constructor(resolve: (answer: IncomingAnswer) => void, reject: (error: Error) => void, maxBytes: number) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#maxBytes = maxBytes;
  }

  /** Also before a connection was free for it. */
  giveUp(reason: Error): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#reason !== null) controller.abort(this.#reason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status;
    this.#contentType = String(headers['content-type'] ?? '');
    this.#encoding = String(headers['content-encoding'] ?? '');
    this.#usage = String(headers[USAGE_HEADER] ?? '');
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#byteCount += chunk.length;
    if (this.#byteCount > this.#maxBytes) this.giveUp(new AnswerTooLarge());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const isWhole = first !== undefined && this.#chunks.length === 1;
    const bytes = isWhole ? first : Buffer.concat(this.#chunks, this.#byteCount);
    this.#resolve({
      status: this.#status,
      contentType: this.#contentType,
      encoding: this.#encoding,
      usage: this.#usage,
      bytes,
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
