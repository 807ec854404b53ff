/** Splices the objects of three answers into one, as bytes. All are flat and in one order, and no text has a brace. */
const BEFORE = Buffer.from('{"data":{"users":[');
const AFTER = Buffer.from(']}}\n');
const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

export class Splicer {
  /** Buffers to be used again: a new one for each answer costs more than what is done with it. */
  readonly #free: Buffer[] = [];

  splice(count: number, ...answers: [Buffer, Buffer, Buffer]): Buffer {
    const out = this.#take(answers[0].length + answers[1].length + answers[2].length);
    let at = BEFORE.copy(out);
    const starts = answers.map((answer) => answer.indexOf('[') + 1);
    for (let i = 0; i < count; i += 1) {
      if (i > 0) at = put(out, at, COMMA);
      at = put(out, at, OPENING_BRACE);
      for (let from = 0; from < answers.length; from += 1) {
        const answer = answers[from] as Buffer;
        const start = starts[from] as number;
        const end = answer.indexOf(CLOSING_BRACE, start);
        if (from > 0) at = put(out, at, COMMA);
        at += answer.copy(out, at, start + 1, end);
        starts[from] = end + 2;
      }
      at = put(out, at, CLOSING_BRACE);
    }
    at += AFTER.copy(out, at);
    return out.subarray(0, at);
  }

  /** Whose answer the socket has taken, or who is gone. */
  release(answer: Buffer): void {
    this.#free.push(Buffer.from(answer.buffer, answer.byteOffset));
  }

  /** All are of one size for one kind of request, so the last one mostly fits. */
  #take(bytes: number): Buffer {
    const free = this.#free.pop();
    return free !== undefined && free.length >= bytes ? free : Buffer.allocUnsafeSlow(bytes);
  }
}

function put(out: Buffer, at: number, byte: number): number {
  out[at] = byte;
  return at + 1;
}
