/** Ways to take a code path out: of the supergraph, before anything reads it, or of the plans. */
import { type FieldNode, Kind, print, visit } from 'graphql';
import type { EntityFetch, FetchNode, PlanNode, RequiresSelection } from '../../src/engine/query-plan.ts';
import type { SwitchedOff } from './feature.ts';

export function overFetches(change: (fetch: FetchNode) => FetchNode | null): (plan: PlanNode) => PlanNode {
  const walk = (node: PlanNode): PlanNode => {
    switch (node.kind) {
      case 'sequence':
      case 'parallel':
        return { ...node, nodes: node.nodes.map(walk) };
      case 'condition':
        return {
          ...node,
          ifTrue: node.ifTrue && walk(node.ifTrue),
          ifFalse: node.ifFalse && walk(node.ifFalse),
        };
      case 'fetch':
        return change(node) ?? { kind: 'sequence', nodes: [] };
    }
  };
  return walk;
}

export function overEntities(change: (entity: EntityFetch) => EntityFetch): (plan: PlanNode) => PlanNode {
  return overFetches((fetch) => ({ ...fetch, entities: fetch.entities.map(change) }));
}

export const NO_ENTITY_FETCHES: SwitchedOff = {
  what: 'entities are not completed by other subgraphs',
  plan: overFetches((fetch) => (fetch.entities.length > 0 ? null : fetch)),
};

/** Representations hold the key alone. */
export const NO_INPUTS: SwitchedOff = {
  what: 'inputs are not sent',
  plan: overEntities((entity) => ({
    ...entity,
    requires: keysOnly(
      entity.requires,
      new Set(entity.keys.flatMap((key) => key.fields.map(({ name }) => name))),
    ),
    dependents: [],
  })),
};

function keysOnly(
  selections: readonly RequiresSelection[],
  keys: ReadonlySet<string>,
): readonly RequiresSelection[] {
  return selections.flatMap((selection): RequiresSelection[] => {
    if (selection.kind === 'types')
      return [{ ...selection, selections: keysOnly(selection.selections, keys) }];
    return selection.responseKey === '__typename' || keys.has(selection.responseKey) ? [selection] : [];
  });
}

export const NO_INPUT_REWRITES: SwitchedOff = {
  what: 'representations are sent as they stand',
  plan: overEntities((entity) => ({ ...entity, inputRewrites: [] })),
};

export const NO_OUTPUT_REWRITES: SwitchedOff = {
  what: 'answers are merged under the planner’s own names',
  plan: overFetches((fetch) => ({
    ...fetch,
    outputRewrites: [],
    entities: fetch.entities.map((entity) => ({ ...entity, outputRewrites: [] })),
  })),
};

export const NO_TYPES_IN_PATHS: SwitchedOff = {
  what: 'a path does not tell types apart',
  plan: overEntities((entity) => ({
    ...entity,
    requires: withoutTypes(entity.requires),
    paths: entity.paths.map((path) => path.filter((segment) => segment.kind !== 'types')),
  })),
};

function withoutTypes(selections: readonly RequiresSelection[]): readonly RequiresSelection[] {
  return selections.flatMap((selection) =>
    selection.kind === 'types' ? withoutTypes(selection.selections) : [selection],
  );
}

export const NO_TYPENAMES: SwitchedOff = {
  what: 'objects are not asked for their type',
  plan: overFetches((fetch) => {
    const document = visit(fetch.document.document, {
      [Kind.FIELD]: (field: FieldNode) => (field.name.value === '__typename' ? null : undefined),
    });
    return { ...fetch, document: { ...fetch.document, document, text: print(document) } };
  }),
};

/** Every step at once: nothing waits for what it needs. */
export const NO_ORDER: SwitchedOff = {
  what: 'no step waits for another',
  plan: function parallel(node: PlanNode): PlanNode {
    if (node.kind !== 'sequence' && node.kind !== 'parallel') return node;
    return { kind: 'parallel', nodes: node.nodes.map(parallel) };
  },
};

/** Takes an argument out of `@join__field` and `@join__type`. */
export function withoutJoin(
  argument: 'requires' | 'provides' | 'override' | 'overrideLabel' | 'key',
): SwitchedOff {
  const text = new RegExp(`,? ?\\b${argument}: "(?:[^"\\\\]|\\\\.)*"`, 'g');
  return { what: `${argument} is not read`, supergraph: (sdl) => sdl.replace(text, '') };
}
