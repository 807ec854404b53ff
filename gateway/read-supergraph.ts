import { type DocumentNode, parse } from 'graphql';
import { checkSupergraph } from './planner/check-supergraph.ts';
import { readSupergraphFacts, type SupergraphFacts } from './supergraph-facts.ts';

/** A supergraph, read once for all who need it: of 50,000 features that takes a second. */
export interface ReadSupergraph {
  /** Without places in the text. */
  readonly document: DocumentNode;
  readonly facts: SupergraphFacts;
}

/** @throws GraphQLError when the text is not GraphQL; FeaturegraphError when it is not a supergraph that can be planned. */
export function readSupergraph(supergraphSdl: string): ReadSupergraph {
  const document = parse(supergraphSdl, { noLocation: true });
  checkSupergraph(document);
  return { document, facts: readSupergraphFacts(document) };
}
