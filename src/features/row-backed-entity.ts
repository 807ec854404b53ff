/**
 * One entity of one request: its key, and the rows that back it. Classes made from the registry
 * (`entity-class.ts`) add a getter per field, so that GraphQL's default resolvers read it like a plain object.
 * Own names start with `$`, which no GraphQL name can.
 */
import type { EntityKey } from '../core/entity-key.ts';
import type { View } from '../registry/registry.ts';
import type { ViewPlace } from './block-plan.ts';
import type { EntityClass } from './entity-class.ts';
import type { FeatureError } from './feature-error.ts';
import type { Outcome } from './on-demand.ts';
import type { BlockRecord, RequestReads } from './request-reads.ts';
import { invalidKeyView, type ViewState } from './view-state.ts';

/** What a representation brings besides the key. */
export interface Given {
  readonly representation: Readonly<Record<string, unknown>>;
  /** Status letters of `@requires` inputs, by field; `null` when statuses are not told. */
  readonly letters: Readonly<Record<string, string>> | null;
}

export class RowBackedEntity {
  /** Set on the prototype of each class. */
  declare readonly $class: EntityClass;
  readonly $reads: RequestReads;
  /** The join keys' values as they were given, in their order. */
  readonly $values: readonly unknown[];
  /** `null` where the values cannot be a key; `$problem` tells why. */
  readonly $key: EntityKey | null;
  readonly $problem: FeatureError | null;
  readonly $representation: Readonly<Record<string, unknown>> | null;
  readonly $letters: Readonly<Record<string, string>> | null;
  /** By the entity's blocks; empty where nothing of the block is needed. */
  readonly $records: (BlockRecord | undefined)[] = [];
  /** By the feature's ordinal, with its arguments where it has some. */
  $computed: Map<number | string, Outcome> | null = null;

  constructor(
    reads: RequestReads,
    values: readonly unknown[],
    key: EntityKey | FeatureError,
    given: Given | null,
  ) {
    this.$reads = reads;
    this.$values = values;
    this.$key = typeof key === 'string' ? key : null;
    this.$problem = typeof key === 'string' ? null : key;
    this.$representation = given?.representation ?? null;
    this.$letters = given?.letters ?? null;
  }

  /** @throws {Error} when the view was not read: whoever asks must have announced it. */
  $state(place: ViewPlace): ViewState {
    const state = this.$records[place.block]?.states[place.view];
    if (state !== undefined) return state;
    const { entity } = this.$class;
    const view = entity.blocks[place.block]?.views[place.view] as View;
    if (this.$problem !== null) return invalidKeyView(view, this.$problem);
    throw new Error(`The view ${view.name} of ${entity.name} is used but was not announced before reading.`);
  }
}
