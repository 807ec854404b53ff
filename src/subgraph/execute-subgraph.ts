/**
 * Executes one prepared document over a subgraph's schema by graphql-js; the same for a subgraph in this process
 * and for one that is served.
 */
import {
  type DocumentNode,
  execute,
  type GraphQLFormattedError,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import type { ErrorCode } from '../core/errors.ts';
import type { RequestContext } from '../core/request-context.ts';
import { type Asker, type Denied, Guard } from '../engine/protections.ts';
import type { SubgraphRequest, SubgraphResult } from '../engine/subgraph-client.ts';
import type { Subgraph } from './build-subgraph.ts';
import { type DocumentViews, neededNow, viewsOfDocument } from './document-views.ts';
import { probedDocument } from './entity-probe.ts';
import { formatErrors, internalError, isRefusal, type OnInternalError } from './format-errors.ts';
import { readStatuses } from './read-statuses.ts';
import { SubgraphContext } from './subgraph-context.ts';

type Variables = Readonly<Record<string, unknown>>;

const NO_STATUSES: Readonly<Record<string, string>> = Object.freeze({});

export class SubgraphExecutor {
  readonly subgraph: Subgraph;
  readonly #onInternalError: OnInternalError;
  /** Worked out once for each document, and forgotten with it. */
  readonly #views = new WeakMap<DocumentNode, DocumentViews>();
  readonly #guards = new WeakMap<DocumentNode, Guard>();
  readonly #probed = new WeakMap<DocumentNode, DocumentNode>();

  constructor(subgraph: Subgraph, onInternalError: OnInternalError) {
    this.subgraph = subgraph;
    this.#onInternalError = onInternalError;
  }

  /** Makes the views that the document reads part of every read of the request from now on. */
  announce(document: DocumentNode, variables: Variables, context: RequestContext): void {
    const { schema, reader, needsOf } = this.subgraph;
    let views = this.#views.get(document);
    if (views === undefined) {
      views = viewsOfDocument(schema, document, needsOf);
      this.#views.set(document, views);
    }
    const given = views.sometimes.length === 0 ? variables : this.#withDefaults(document, variables);
    reader.reads(context).want(neededNow(views, given));
  }

  /** Never rejects: what fails is an error of the result. */
  async execute(
    request: Omit<SubgraphRequest, 'document'> & { document: DocumentNode },
  ): Promise<SubgraphResult> {
    const { document, context } = request;
    const tell = (cause: unknown) =>
      this.#onInternalError(cause, { subgraph: this.subgraph.name, requestId: context.requestId });
    try {
      const denied = this.deniedTo(document, context);
      if (denied.size > 0) return { data: null, errors: [forbidden(denied)], statuses: NO_STATUSES };
      this.announce(document, request.variables, context);
      return await this.#execute(request, tell);
    } catch (error) {
      tell(error);
      return { data: null, errors: [internalError()], statuses: NO_STATUSES };
    }
  }

  /** `Type.field` of what the document asks for and this asker may not see. */
  deniedTo(document: DocumentNode, asker: Asker): Denied {
    return this.#guardOf(document).deniedTo(asker);
  }

  async #execute(
    request: Omit<SubgraphRequest, 'document'> & { document: DocumentNode },
    tell: (cause: unknown) => void,
  ): Promise<SubgraphResult> {
    const { document, variables, context } = request;
    const { schema, reader, name, isFeature } = this.subgraph;
    const result = await execute({
      schema,
      document: request.statuses ? this.#probedOf(document) : document,
      variableValues: variables,
      contextValue: new SubgraphContext(name, reader, context, request.inputStatuses ?? null),
    });
    const errors = result.errors === undefined ? [] : formatErrors(result.errors, tell);
    if (isRefusal(errors)) return { data: null, errors, statuses: NO_STATUSES };
    const data = result.data ?? null;
    if (!request.statuses || data === null) return { data, errors, statuses: NO_STATUSES };
    const given = this.#withDefaults(document, variables);
    return { data, errors, statuses: readStatuses(schema, document, given, data, isFeature) };
  }

  #guardOf(document: DocumentNode): Guard {
    let guard = this.#guards.get(document);
    if (guard === undefined) {
      guard = new Guard(document, this.subgraph.schema, this.subgraph.protections);
      this.#guards.set(document, guard);
    }
    return guard;
  }

  #probedOf(document: DocumentNode): DocumentNode {
    let probed = this.#probed.get(document);
    if (probed === undefined) {
      probed = probedDocument(this.subgraph.schema, document);
      this.#probed.set(document, probed);
    }
    return probed;
  }

  /** Variables as the operation sees them; as they came where they are not valid, which execution will tell. */
  #withDefaults(document: DocumentNode, variables: Variables): Variables {
    const definitions = getOperationAST(document)?.variableDefinitions ?? [];
    return getVariableValues(this.subgraph.schema, definitions, variables).coerced ?? variables;
  }
}

/** A gateway takes out what its asker may not see before it asks: who asks for it all the same is refused whole. */
function forbidden(denied: Denied): GraphQLFormattedError {
  return {
    message: `The request asks for ${[...denied].join(', ')} without the scope that it needs.`,
    extensions: { code: 'FORBIDDEN' satisfies ErrorCode },
  };
}
