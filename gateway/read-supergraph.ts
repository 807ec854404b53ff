import { type DocumentNode, parse } from 'graphql';
import { checkSupergraph } from './planner/check-supergraph.ts';
import { readSupergraphFacts, type SupergraphFacts } from './supergraph-facts.ts';

/** A supergraph, read once for all who need it. */
export interface ReadSupergraph {
  /** Without places in the text. */
  readonly document: DocumentNode;
  readonly facts: SupergraphFacts;
}

/**
 * @param supergraph its text, or its document without places.
 * @throws GraphQLError when the text is not GraphQL; FeaturegraphError when it is not a supergraph that can be planned.
 */
export function readSupergraph(supergraph: string | DocumentNode): ReadSupergraph {
  const document = typeof supergraph === 'string' ? parse(supergraph, { noLocation: true }) : supergraph;
  checkSupergraph(document);
  return { document, facts: readSupergraphFacts(document) };
}
