/**
 * An operation executed the compiled way: one program for each of its plans, made when the plan is. An answer that is
 * not plain is gone through again the interpreted way, so that errors and nulls are told in one place.
 */
import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from '../../core/request-context.ts';
import type { CheckedVariables } from '../coerce-variables.ts';
import type { InterpretedOperation, InterpretedResult, Variant } from '../interpreted/prepare-interpreted.ts';
import type { SubgraphClient } from '../subgraph-client.ts';
import { BufferPool } from './buffer-pool.ts';
import { compileProgram } from './compile-program.ts';
import { SlotPool } from './instance-table.ts';
import { NotCompiled, type Reason } from './not-compiled.ts';
import type { Program } from './program.ts';
import { replayClients } from './replay-clients.ts';
import { type ProgramPools, runProgram } from './run-program.ts';
import type { WrittenAnswer } from './write-answer.ts';

/** Why an execution was interpreted, or that it was not. */
export type Way = 'COMPILED' | Reason;

export type BytesResult =
  | { readonly way: 'COMPILED'; readonly written: WrittenAnswer }
  | { readonly way: Reason; readonly result: InterpretedResult };

const POOLS: ProgramPools = { slots: new SlotPool(), buffers: new BufferPool() };

export class CompiledOperation {
  readonly #interpreted: InterpretedOperation;
  readonly #schema: GraphQLSchema;
  readonly #clients: ReadonlyMap<string, SubgraphClient>;
  readonly #programs = new WeakMap<Variant, Program | Reason>();

  constructor(
    interpreted: InterpretedOperation,
    schema: GraphQLSchema,
    clients: ReadonlyMap<string, SubgraphClient>,
  ) {
    this.#interpreted = interpreted;
    this.#schema = schema;
    this.#clients = clients;
    for (const variant of interpreted.variants()) this.#programOf(variant);
  }

  /** How requests with this choice of the @skip and @include variables are executed. */
  wayOf(variables: Readonly<Record<string, unknown>>): Way {
    const program = this.#programOf(this.#interpreted.variantFor(variables));
    return typeof program === 'string' ? program : 'COMPILED';
  }

  async execute(variables: CheckedVariables, context: RequestContext): Promise<BytesResult> {
    const variant = this.#interpreted.variantFor(variables.coerced, context);
    const program = context.options.status === 'VALUES' ? 'STATUSES' : this.#programOf(variant);
    if (typeof program === 'string') {
      const result = await this.#interpreted.execute(variables, context, this.#clients, variant);
      return { way: program, result };
    }
    const { written, asked } = await runProgram(program, POOLS, variables.sent, context);
    if (written !== null) {
      for (const { answer } of asked) answer.taken();
      return { way: 'COMPILED', written };
    }
    const clients = replayClients(this.#clients, asked);
    return {
      way: 'NOT_PLAIN',
      result: await this.#interpreted.execute(variables, context, clients, variant),
    };
  }

  #programOf(variant: Variant): Program | Reason {
    let program = this.#programs.get(variant);
    if (program === undefined) {
      program = this.#compile(variant);
      this.#programs.set(variant, program);
    }
    return program;
  }

  #compile(variant: Variant): Program | Reason {
    const { plan, selection, hasDependents, introspection, types } = variant;
    if (variant.denied.size > 0) return 'DENIED';
    if (introspection !== null) return 'INTROSPECTION';
    const table = selection.only;
    if (table === null) return 'OTHER';
    try {
      const source = { plan, table, hasDependents, types, schema: this.#schema, clients: this.#clients };
      return compileProgram(source);
    } catch (error) {
      if (error instanceof NotCompiled) return error.reason;
      throw error;
    }
  }
}
