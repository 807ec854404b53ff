/**
 * Executes documents that are known by programs, where there are such, and by graphql-js where not or where an answer
 * has more to tell than values: the same answer both ways, to the byte.
 */
import type { CheckedVariables } from '../../engine/coerce-variables.ts';
import { BufferPool } from '../../engine/compiled/buffer-pool.ts';
import type { Way } from '../../engine/compiled/compiled-operation.ts';
import type { Reason } from '../../engine/compiled/not-compiled.ts';
import { runRows } from '../../engine/compiled/rows/run-rows.ts';
import type { WrittenAnswer } from '../../engine/compiled/write-answer.ts';
import type { SubgraphRequest, SubgraphResult } from '../../engine/subgraph-client.ts';
import type { SubgraphExecutor } from '../execute-subgraph.ts';
import type { DocumentProgram } from './compile-document.ts';
import type { KnownDocument } from './known-document.ts';

export type KnownRequest = Omit<SubgraphRequest, 'document'> & { readonly known: KnownDocument };

export type KnownResult =
  | { readonly way: 'COMPILED'; readonly written: WrittenAnswer }
  | { readonly way: Reason; readonly result: SubgraphResult };

const BUFFERS = new BufferPool();

export class CompiledSubgraph {
  readonly #executor: SubgraphExecutor;
  readonly #onExecuted: (way: Way) => void;

  constructor(executor: SubgraphExecutor, onExecuted: (way: Way) => void) {
    this.#executor = executor;
    this.#onExecuted = onExecuted;
  }

  /** Rejects only for a fault of ours. */
  async execute(request: KnownRequest): Promise<KnownResult> {
    const done = await this.#execute(request);
    this.#onExecuted(done.way);
    return done;
  }

  async #execute(request: KnownRequest): Promise<KnownResult> {
    const way = this.#wayOf(request);
    if (typeof way === 'string') return this.#interpret(request, way);
    const { statuses, inputStatuses = null, context } = request;
    const ask = { statuses, inputStatuses };
    const written = await runRows(way.program.program, way.variables, context, BUFFERS, ask);
    return written === null ? this.#interpret(request, 'NOT_PLAIN') : { way: 'COMPILED', written };
  }

  #wayOf(
    request: KnownRequest,
  ): Reason | { readonly program: DocumentProgram; readonly variables: CheckedVariables } {
    const { known, context, statuses } = request;
    if (this.#executor.deniedTo(known.document, context).size > 0) return 'DENIED';
    // Its defaults and transforms are those of the schema.
    if (this.#executor.subgraph.reader.isCustomized(context.tenant)) return 'CUSTOMIZED';
    const variables = known.check(request.variables);
    if (variables === null) return 'NOT_PLAIN';
    const program = known.programFor(variables);
    if (typeof program === 'string') return program;
    return statuses && program.mixesStatuses ? 'STATUSES' : { program, variables };
  }

  async #interpret({ known, ...request }: KnownRequest, way: Reason): Promise<KnownResult> {
    return { way, result: await this.#executor.execute({ ...request, document: known.document }) };
  }
}
