/**
 * An operation executed the compiled way: one program for each of its plans, made when the plan is. An answer that is
 * not plain is gone through again the interpreted way, so that errors and nulls are told in one place.
 */
import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from '../../core/request-context.ts';
import type { CheckedVariables } from '../coerce-variables.ts';
import type { PlanStep } from '../interpreted/compile-plan.ts';
import type { InterpretedOperation, InterpretedResult, Variant } from '../interpreted/prepare-interpreted.ts';
import type { SubgraphClient } from '../subgraph-client.ts';
import { BufferPool } from './buffer-pool.ts';
import { compileProgram } from './compile-program.ts';
import { SlotPool } from './instance-table.ts';
import { NotCompiled, type Reason } from './not-compiled.ts';
import type { Program } from './program.ts';
import { replayClients } from './replay-clients.ts';
import { compileRows } from './rows/compile-rows.ts';
import type { RowProgram } from './rows/row-program.ts';
import { runRows } from './rows/run-rows.ts';
import { type ProgramPools, runProgram } from './run-program.ts';
import type { WrittenAnswer } from './write-answer.ts';

/** Why an execution was interpreted, or that it was not. */
export type Way = 'COMPILED' | Reason;

export type BytesResult =
  | { readonly way: 'COMPILED'; readonly written: WrittenAnswer }
  | { readonly way: Reason; readonly result: InterpretedResult };

const POOLS: ProgramPools = { slots: new SlotPool(), buffers: new BufferPool() };

/** Over features of this process, or over answers of subgraphs elsewhere. */
type Compiled =
  | { readonly kind: 'rows'; readonly program: RowProgram }
  | { readonly kind: 'bytes'; readonly program: Program };

interface Ran {
  /** `null` where the interpreted way must tell the answer, by `clients`. */
  readonly written: WrittenAnswer | null;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
}

export class CompiledOperation {
  readonly #interpreted: InterpretedOperation;
  readonly #schema: GraphQLSchema;
  readonly #clients: ReadonlyMap<string, SubgraphClient>;
  readonly #programs = new WeakMap<Variant, Compiled | Reason>();

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

  async execute(
    variables: CheckedVariables,
    context: RequestContext,
    variant = this.#interpreted.variantFor(variables.coerced, context),
  ): Promise<BytesResult> {
    const program = this.#programFor(variant, context);
    if (typeof program === 'string') {
      const result = await this.#interpreted.execute(variables, context, this.#clients, variant);
      return { way: program, result };
    }
    const { written, clients } =
      program.kind === 'rows'
        ? await this.#runRows(program.program, variables, context)
        : await this.#runBytes(program.program, variables, context);
    if (written !== null) return { way: 'COMPILED', written };
    return {
      way: 'NOT_PLAIN',
      result: await this.#interpreted.execute(variables, context, clients, variant),
    };
  }

  async #runRows(program: RowProgram, variables: CheckedVariables, context: RequestContext): Promise<Ran> {
    const written = await runRows(program, variables, context, POOLS.buffers);
    return { written, clients: this.#clients };
  }

  async #runBytes(program: Program, variables: CheckedVariables, context: RequestContext): Promise<Ran> {
    const { written, asked } = await runProgram(program, POOLS, variables.sent, context);
    if (written === null) return { written, clients: replayClients(this.#clients, asked) };
    for (const { answer } of asked) answer.taken();
    return { written, clients: this.#clients };
  }

  /** Whether the variant's program is one for this request. */
  #programFor(variant: Variant, { options, tenant }: RequestContext): Compiled | Reason {
    const program = this.#programOf(variant);
    if (typeof program === 'string') return program;
    if (program.kind === 'bytes') return options.status === 'VALUES' ? 'STATUSES' : program;
    // Its defaults and transforms are those of the schema.
    return program.program.reader.isCustomized(tenant) ? 'CUSTOMIZED' : program;
  }

  #programOf(variant: Variant): Compiled | Reason {
    let program = this.#programs.get(variant);
    if (program === undefined) {
      program = this.#compile(variant);
      this.#programs.set(variant, program);
    }
    return program;
  }

  #compile(variant: Variant): Compiled | Reason {
    const { plan, selection, hasDependents, introspection, types } = variant;
    if (variant.denied.size > 0) return 'DENIED';
    if (introspection !== null) return 'INTROSPECTION';
    const table = selection.only;
    if (table === null) return 'OTHER';
    if (plan === null) return 'NOTHING_FETCHED';
    const clients = this.#clients;
    try {
      return isAllHere(plan, clients)
        ? { kind: 'rows', program: compileRows({ plan, table, types, clients, hasDependents }) }
        : {
            kind: 'bytes',
            program: compileProgram({ plan, table, hasDependents, types, schema: this.#schema, clients }),
          };
    } catch (error) {
      if (error instanceof NotCompiled) return error.reason;
      throw error;
    }
  }
}

function isAllHere(plan: PlanStep, clients: ReadonlyMap<string, SubgraphClient>): boolean {
  if (plan.kind === 'fetch') return clients.get(plan.node.subgraph)?.rows !== undefined;
  if (plan.kind === 'condition') return false;
  return plan.steps.every((step) => isAllHere(step, clients));
}
