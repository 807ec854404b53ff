/** Of an answer, for a first guess. */
const ROOM_BYTES = 4096;

/** How much room the answers of a program take: the last one's is the guess for the next. */
export class AnswerRoom {
  bytes = ROOM_BYTES;

  note(length: number): void {
    // A little more, so that answers of about the same length need no second buffer.
    this.bytes = Math.max(ROOM_BYTES, length + (length >> 3));
  }
}
