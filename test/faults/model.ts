/**
 * The plain reference: what was acknowledged of each item, write by write. A value names its item and its write, so
 * that each answer can be judged alone: of another key, older than what was acknowledged, or never written.
 */
export type View = 'item_facts' | 'item_offer' | 'item_now';

export interface WriteState {
  /** Number of the newest write that was acknowledged; 0 when none was. */
  acknowledged: number;
  /** Number of the newest write that was sent. */
  sent: number;
}

export type Judgement = 'RIGHT' | 'OTHER_KEY' | 'OLDER' | 'NEVER_WRITTEN';

export class Model {
  readonly #states = new Map<string, WriteState>();

  stateOf(view: View, id: string): WriteState {
    const key = `${view} ${id}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { acknowledged: 0, sent: 0 };
      this.#states.set(key, state);
    }
    return state;
  }

  /** @param acknowledged number of the write that was acknowledged before the value was asked for. */
  judge(view: View, id: string, acknowledged: number, value: string): Judgement {
    const [owner, write] = value.split('#') as [string, string];
    if (owner !== id) return 'OTHER_KEY';
    if (Number(write) < acknowledged) return 'OLDER';
    return Number(write) > this.stateOf(view, id).sent ? 'NEVER_WRITTEN' : 'RIGHT';
  }
}

export const textOf = (id: string, write: number): string => `${id}#${write}`;

/** Event times of writes: a second apart, in the past, and young enough for every view. */
export function eventTimeOf(baseMs: number, write: number): string {
  return new Date(baseMs + write).toISOString();
}
