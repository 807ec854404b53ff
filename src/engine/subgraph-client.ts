import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../core/request-context.ts';
import type { RowSubgraph } from './row-subgraph.ts';

/** One document as a subgraph gets it, prepared once with the operation it belongs to. */
export interface SubgraphDocument {
  readonly text: string;
  readonly document: DocumentNode;
  readonly operationKind: 'query' | 'mutation';
}

export interface SubgraphRequest {
  readonly document: SubgraphDocument;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
  /** Whether the result must tell the status of each value. */
  readonly statuses: boolean;
  /**
   * Statuses of `@requires` inputs, for representations: variable name → field → one letter per representation.
   * Lets an on-demand feature take the worst status of inputs that another domain owns.
   */
  readonly inputStatuses?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface SubgraphResult {
  /** Plain JSON values. The caller owns and may change it. */
  readonly data: Record<string, unknown> | null;
  /** One per failed value, located by path; grouped only when the whole answer is put together. */
  readonly errors: readonly GraphQLFormattedError[];
  /**
   * Response path without list indexes (`"aircraftList.lastCarrier.flights7d"`) → a letter per object at that
   * path that has the field, in the order of the response. Only feature fields; empty unless asked for.
   */
  readonly statuses: Readonly<Record<string, string>>;
}

/** An answer as it came. */
export interface BytesAnswer {
  /** Of a response in JSON; `null` where there is none, and `read` tells why. */
  readonly bytes: Uint8Array | null;
  /** To be called where the bytes were all that was needed: a response without errors. */
  taken(): void;
  /** Reads it the long way. */
  read(document: SubgraphDocument): SubgraphResult;
}

/** A subgraph that is asked by bytes and answers bytes. */
export interface SubgraphBytes {
  /** Whether it can be asked for statuses, and then expects those of its inputs. */
  readonly tellsStatuses: boolean;
  /** What a body has behind query and variables, from the comma on, where no statuses are wanted. */
  readonly bodyTail: string;
  /** A query, as JSON. Never rejects for the subgraph's sake, and keeps the request's deadline. */
  ask(body: Uint8Array, context: RequestContext): Promise<BytesAnswer>;
}

/** A subgraph as the plan's executor sees it: in this process or elsewhere. Never rejects for a subgraph's sake. */
export interface SubgraphClient {
  readonly name: string;
  /** Whether graphql-js, in this process, has completed every value by its type. */
  readonly checksValues?: boolean;
  execute(request: SubgraphRequest): Promise<SubgraphResult>;
  /** Where there is text between. */
  readonly bytes?: SubgraphBytes;
  /** Where it is in this process, and made of features. */
  readonly rows?: RowSubgraph;
  /**
   * Tells, before anything is read, a document that the request will execute, so that one read of a block
   * fetches the views of all of them. Only for subgraphs in this process.
   */
  announce?(
    document: SubgraphDocument,
    variables: Readonly<Record<string, unknown>>,
    context: RequestContext,
  ): void;
  close(): Promise<void>;
}
