/** What every resolver of a subgraph is given as its context, ours and a team's own. */
import type { RequestContext } from '../core/request-context.ts';
import type { EntityClass } from '../features/entity-class.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import type { RowBackedEntity } from '../features/row-backed-entity.ts';

export class SubgraphContext {
  readonly request: RequestContext;
  readonly reader: FeatureReader;
  readonly #domain: string;
  /** Statuses of `@requires` inputs: variable → field → one letter per representation. */
  readonly inputStatuses: Readonly<Record<string, Readonly<Record<string, string>>>> | null;

  constructor(
    domain: string,
    reader: FeatureReader,
    request: RequestContext,
    inputStatuses: Readonly<Record<string, Readonly<Record<string, string>>>> | null,
  ) {
    this.#domain = domain;
    this.reader = reader;
    this.request = request;
    this.inputStatuses = inputStatuses;
  }

  classOf(entity: string): EntityClass {
    return this.reader.classOf(this.#domain, entity);
  }

  /**
   * An entity of this domain by the values of its join keys, for a team's resolver to return. What the client
   * selects of it is read when it is returned.
   */
  entity(name: string, ...keyValues: readonly unknown[]): RowBackedEntity {
    return this.classOf(name).find(this.reader.reads(this.request), keyValues);
  }

  /** Reads these fields of entities, so that a team's resolver can use them. All of one call are one batch. */
  async read(entities: readonly RowBackedEntity[], fields: readonly string[]): Promise<void> {
    const reads = this.reader.reads(this.request);
    await this.reader.load(reads, entities, (entityClass) => fields.flatMap((f) => entityClass.needsOf(f)));
  }
}
