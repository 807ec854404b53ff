/**
 * A process that reads features as a subgraph does: through the feature reader, its loader and the tiers, with a
 * context per request. GraphQL and HTTP stand above; they have no state between requests and would halve what can be asked.
 */

import { appendFileSync } from 'node:fs';
import type { RequestContext } from '../../src/core/request-context.ts';
import { createRequestUsage } from '../../src/core/request-usage.ts';
import type { RowBackedEntity } from '../../src/features/row-backed-entity.ts';
import type { Workspace } from '../../src/workspace.ts';
import { describeCell, ENTITY, FIELDS, idOf, NAMESPACES, numberOf, orderInValue } from './cells.ts';
import { ASKED, KIND, monotonicMs, type OperationLog, SEEN } from './operation-log.ts';
import { type ProcessOrders, pickGood } from './orders.ts';
import type { Random } from './random.ts';

const GOODS_OF_A_REQUEST = 8;
const REQUESTS_AT_ONCE = 4;
const DEADLINE_MS = 2000;
/** Reads past memory and hot: they see what is newest, and a later read must not see less. */
const BYPASS_SHARE = 0.04;
const QUORUM_SHARE = 0.02;
/** Goods that are not there yet are asked for, too, so that their absence is remembered. */
const AHEAD = 6;
const SWEEP_DEADLINE_MS = 5000;
const SWEEP_GOODS = 50;
const SWEEP_ATTEMPTS = 10;

interface Request {
  readonly namespace: number;
  readonly goods: readonly number[];
  /** Indices in `FIELDS`. */
  readonly fields: readonly number[];
  readonly asked: number;
  readonly options: Pick<RequestContext['options'], 'cache' | 'consistency'>;
  readonly deadlineMs: number;
}

export class Reader {
  readonly #orders: ProcessOrders;
  readonly #workspace: Workspace;
  readonly #random: Random;
  readonly #log: OperationLog;
  #requests = 0;

  constructor(orders: ProcessOrders, workspace: Workspace, random: Random, log: OperationLog) {
    this.#orders = orders;
    this.#workspace = workspace;
    this.#random = random;
    this.#log = log;
  }

  /** Reads until told to stop; resolves when nothing is under way. */
  async run(isStopped: () => boolean): Promise<void> {
    const valuesOfARequest = (GOODS_OF_A_REQUEST * (1 + FIELDS.length)) / 2;
    const pauseMs = (1000 * valuesOfARequest * REQUESTS_AT_ONCE) / this.#orders.operationsPerSecond;
    const askers = Array.from({ length: REQUESTS_AT_ONCE }, async () => {
      while (!isStopped()) {
        const nextMs = monotonicMs() + 2 * this.#random.next() * pauseMs;
        await this.#ask(this.#choose());
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - monotonicMs())));
      }
    });
    await Promise.all(askers);
    this.#log.flush();
  }

  /** Every cell once; what cannot be read at once is asked for again, a few times. */
  async sweep(asked: number): Promise<void> {
    const options = asked === ASKED.SWEEP_WARM ? { cache: 'BYPASS' as const } : {};
    const fields = FIELDS.map((_, field) => field);
    for (let namespace = 0; namespace < NAMESPACES.length; namespace += 1) {
      for (let first = 0; first < this.#orders.goods; first += SWEEP_GOODS) {
        const count = Math.min(SWEEP_GOODS, this.#orders.goods - first);
        const goods = Array.from({ length: count }, (_, i) => first + i);
        const request = { namespace, goods, fields, asked, options, deadlineMs: SWEEP_DEADLINE_MS };
        for (let attempt = 1; attempt <= SWEEP_ATTEMPTS; attempt += 1) {
          if (await this.#ask(request, attempt === SWEEP_ATTEMPTS)) break;
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
      }
    }
    this.#log.flush();
  }

  #choose(): Request {
    const goods = new Set<number>();
    const nowMs = monotonicMs();
    for (let i = 0; i < GOODS_OF_A_REQUEST; i += 1)
      goods.add(pickGood(this.#random, this.#orders, nowMs, AHEAD));
    const width = 1 + this.#random.below(FIELDS.length);
    const first = this.#random.below(FIELDS.length);
    const fields = Array.from({ length: width }, (_, i) => (first + i) % FIELDS.length);
    const choice = this.#random.next();
    const asksWarm = choice < BYPASS_SHARE + QUORUM_SHARE;
    return {
      namespace: this.#random.below(NAMESPACES.length),
      goods: [...goods],
      fields,
      asked: asksWarm ? ASKED.WARM : ASKED.TIERS,
      options: asksWarm
        ? { cache: 'BYPASS', ...(choice < QUORUM_SHARE ? { consistency: 'QUORUM' as const } : {}) }
        : {},
      deadlineMs: DEADLINE_MS,
    };
  }

  /** @param keepsFailures whether values that could not be read are told. @returns whether all could be. */
  async #ask(request: Request, keepsFailures = true): Promise<boolean> {
    const { reader } = this.#workspace;
    const entityClass = reader.classOf(ENTITY.domain, ENTITY.name);
    const startMs = monotonicMs();
    const reads = reader.reads(this.#contextOf(request));
    const entities = request.goods.map((good) => entityClass.find(reads, [idOf(good)]));
    const needs = request.fields.flatMap((field) => entityClass.needsOf(FIELDS[field] as string));
    await reader.load(reads, entities, () => needs);
    const endMs = monotonicMs();
    let complete = true;
    for (const [i, entity] of entities.entries()) {
      for (const view of request.fields) {
        const cell = numberOf({ namespace: request.namespace, view, good: request.goods[i] as number });
        const seen = this.#see(entity, FIELDS[view] as string, cell);
        if (seen.outcome === SEEN.FAILED) complete = false;
        if (seen.outcome === SEEN.FAILED && !keepsFailures) continue;
        this.#log.add({ kind: KIND.READ, asked: request.asked, cell, startMs, endMs, ...seen });
      }
    }
    return complete;
  }

  #see(entity: RowBackedEntity, field: string, cell: number): { outcome: number; order: number } {
    const status = entity.$class.statusOf(entity, field, {});
    if (status === 'STORE_TIMEOUT' || status === 'STORE_UNAVAILABLE')
      return { outcome: SEEN.FAILED, order: 0 };
    if (status === 'NOT_FOUND') return { outcome: SEEN.NOT_FOUND, order: 0 };
    const value = (entity as unknown as Record<string, unknown>)[field];
    const order = status === 'PRESENT' ? orderInValue(cell, value) : null;
    if (order !== null) return { outcome: SEEN.VALUE, order };
    appendFileSync(
      this.#orders.notesFile,
      `asked for ${describeCell(cell)}, got ${status}: ${String(value).slice(0, 200)}\n`,
    );
    return { outcome: SEEN.OTHER, order: 0 };
  }

  #contextOf({ namespace, options, deadlineMs }: Request): RequestContext {
    const { clock } = this.#workspace;
    this.#requests += 1;
    return {
      requestId: `${this.#orders.index}-${this.#requests}`,
      tenant: 'history',
      namespace: NAMESPACES[namespace] as string,
      scopes: new Set(),
      requestTimeMs: clock.nowMs(),
      usage: createRequestUsage(),
      options: { maxAgeMs: new Map(), status: 'VALUES', deadlineMs, ...options },
      clock,
      deadlineAtMs: clock.monotonicMs() + deadlineMs,
      signal: new AbortController().signal,
    };
  }
}
