/** A whole server over real stores, asked and written over HTTP: what every row of the fault table drives. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Agent, request } from 'undici';
import { createApp } from '../../src/app.ts';
import { type ConfigInput, loadConfig } from '../../src/config.ts';
import type { View as SchemaView } from '../../src/registry/registry.ts';
import { segmentOf } from '../../src/stores/row-format.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';
import { STARVED_MS, waitedForProcessorMs } from './machine-time.ts';
import { eventTimeOf, Model, textOf, type View } from './model.ts';
import { Tally } from './tally.ts';

/** D of the table, in ms. */
export const DEADLINE_MS = 150;

const FIELDS: Readonly<Record<View, string>> = { item_facts: 'name', item_offer: 'offer', item_now: 'now' };

export interface FrontOptions {
  readonly stores?: ConfigInput['stores'];
  readonly tiers?: ConfigInput['tiers'];
  readonly budgets?: ConfigInput['budgets'];
  readonly deadlineMs?: number;
  /** Of the server's log on standard output; silent when not given. */
  readonly logLevel?: 'warn';
  /** Made, and removed at the end, when not given. */
  readonly dataFolder?: string;
}

export interface Pushed {
  readonly status: number;
  readonly accepted: number;
  // biome-ignore lint/suspicious/noExplicitAny: rows look at answers of every shape
  readonly body: any;
}

export interface Answer extends Pushed {
  readonly tookMs: number;
}

/** For rows that promise nothing about time: a machine that has much else to do must not fail them. */
export const PATIENT_MS = 20_000;

/** As `hotOverLmdb`, where neither a request nor a store is given up early. */
export function patientOverLmdb(redis: { host: string; port: number }, tier: object = {}): FrontOptions {
  const budgets = { hotBudgetMs: PATIENT_MS, warmBudgetMs: PATIENT_MS };
  const { tiers } = hotOverLmdb(redis, { ...budgets, ...tier });
  return { stores: { redis: patientRedis([redis]) }, tiers, deadlineMs: PATIENT_MS };
}

export function patientRedis(nodes: readonly { readonly host: string; readonly port: number }[]) {
  const addresses = nodes.map(({ host, port }) => ({ host, port }));
  return { kind: 'redis' as const, nodes: addresses, commandTimeoutMs: PATIENT_MS };
}

/** Redis before the embedded store, without memory, so that every read shows what the stores have. */
export function hotOverLmdb(redis: { host: string; port: number }, tier: object = {}): FrontOptions {
  return {
    stores: { redis: { kind: 'redis', nodes: [{ host: redis.host, port: redis.port }] } },
    tiers: { default: { warm: 'lmdb', hot: 'redis', memory: { maxAgeMs: 0 }, ...tier } },
  };
}

export async function openFront(options: FrontOptions = {}): Promise<Front> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(path.join(tmpdir(), 'featuregraph-faults-')));
  const config = await loadConfig({
    cwd: tmpdir(),
    env: {},
    flags: {
      schemaFolder: path.join(import.meta.dirname, 'schema'),
      dataFolder,
      ...{ port: 0, adminPort: 0, deadlineMs: options.deadlineMs ?? DEADLINE_MS },
      logging: { level: options.logLevel ?? 'silent' },
      identity: { startKey: true },
      ...(options.stores === undefined ? {} : { stores: options.stores }),
      ...(options.tiers === undefined ? {} : { tiers: options.tiers }),
      ...(options.budgets === undefined ? {} : { budgets: options.budgets }),
    },
  });
  const workspace = await openWorkspace(config);
  const app = await createApp(workspace);
  const { url, apiKey } = await app.listen();
  if (apiKey === null) throw new Error('No key was made.');
  return new Front({ url, apiKey, workspace }, async () => {
    await app.close();
    await workspace.close();
    if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true });
  });
}

export interface FrontAddress {
  readonly url: string;
  readonly apiKey: string;
  /** Only where the server runs in this process. */
  readonly workspace?: Workspace;
}

export class Front {
  readonly model: Model;
  readonly #address: FrontAddress;
  readonly #close: () => Promise<void>;
  readonly #agent = new Agent({ connections: 64 });
  /** Of write 0; young enough for the view that grows old. */
  readonly #baseMs = Date.now() - 20 * 60_000;

  /** @param model of what was written before, when the server is not its first. */
  constructor(address: FrontAddress, close: () => Promise<void>, model = new Model()) {
    this.#address = address;
    this.#close = close;
    this.model = model;
  }

  get address(): { readonly url: string; readonly apiKey: string } {
    const { url, apiKey } = this.#address;
    return { url, apiKey };
  }

  get workspace(): Workspace {
    if (this.#address.workspace === undefined) throw new Error('The server runs in another process.');
    return this.#address.workspace;
  }

  async post(at: string, body: string, contentType = 'application/json'): Promise<Answer> {
    const { url, apiKey } = this.#address;
    const startedMs = performance.now();
    const response = await request(`${url}${at}`, {
      method: 'POST',
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': contentType },
      body,
    });
    const parsed = JSON.parse(await response.body.text()) as { accepted?: number };
    const tookMs = performance.now() - startedMs;
    return { status: response.statusCode, accepted: parsed.accepted ?? 0, body: parsed, tookMs };
  }

  async health(): Promise<{ readonly status: string }> {
    const response = await request(`${this.#address.url}/health/ready`, { dispatcher: this.#agent });
    return (await response.body.json()) as { status: string };
  }

  /** Asks for one view of items, and judges each value by the model as it was when asked. */
  async read(ids: readonly string[], views: readonly View[], tally: Tally = new Tally()): Promise<Tally> {
    const fields = views.map((view) => FIELDS[view]);
    const before = views.map((view) => ids.map((id) => this.model.stateOf(view, id).acknowledged));
    const query = `query Q($ids: [ID!]!) { itemList(ids: $ids) { ${fields.join(' ')} } }`;
    const body = { query, variables: { ids }, extensions: { featuregraph: { status: 'VALUES' } } };
    const waitedMs = waitedForProcessorMs();
    const answer = await this.post('/graphql', JSON.stringify(body)).catch((error: Error) => error);
    const isStarved = tally.isTimed && waitedForProcessorMs() - waitedMs > STARVED_MS;
    if (isStarved) tally.starved += 1;
    if (answer instanceof Error) {
      if (!isStarved) tally.broken.push(answer.message);
      return tally;
    }
    if (!isStarved) tally.add(answer.status, answer.tookMs);
    const items = answer.body.data?.itemList ?? null;
    if (answer.status !== 200 || items === null) {
      if (!isStarved) tally.refused.push(JSON.stringify(answer.body).slice(0, 200));
      return tally;
    }
    const statuses = answer.body.extensions.featuregraph.statuses as Record<string, string>;
    views.forEach((view, v) => {
      const field = fields[v] as string;
      ids.forEach((id, i) => {
        const letter = (statuses[`itemList.${field}`] as string)[i] as string;
        const acknowledged = (before[v] as number[])[i] as number;
        const value = items[i][field] as string | null;
        if (isStarved && 'TU'.includes(letter)) tally.starvedFailures += 1;
        else tally.count(view, letter);
        if (value !== null) {
          const judged = this.model.judge(view, id, acknowledged, value);
          if (judged !== 'RIGHT') tally.wrong.push(`${judged} ${view} ${id}: ${value}, not ${acknowledged}`);
        } else if (letter === 'F' && acknowledged > 0 && view !== 'item_now') {
          tally.wrong.push(`NOT_FOUND ${view} ${id}, written ${acknowledged} times`);
        }
      });
    });
    return tally;
  }

  /** The next write of each item; what the answer acknowledges goes into the model. */
  async write(view: View, ids: readonly string[]): Promise<Pushed> {
    const rows = ids.map((id) => {
      const state = this.model.stateOf(view, id);
      state.sent += 1;
      return { id, number: state.sent };
    });
    const answer = await this.push(
      view,
      rows.map(({ id, number }) => ({
        id,
        [FIELDS[view]]: textOf(id, number),
        eventTime: this.timeOf(number),
      })),
    );
    // Of a call that was taken in part, the model claims nothing.
    if (answer.accepted === rows.length) {
      for (const { id, number } of rows) {
        const state = this.model.stateOf(view, id);
        state.acknowledged = Math.max(state.acknowledged, number);
      }
    }
    return answer;
  }

  timeOf(write: number): string {
    return eventTimeOf(this.#baseMs, write);
  }

  push(view: string, rows: readonly object[]): Promise<Pushed> {
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    return this.post(`/push/${view}`, lines, 'application/x-ndjson');
  }

  /** What stands in a row's first feature, as written; for looking into stores past the front. */
  textOfRow(view: View, row: Uint8Array): string | null {
    const { layout } = this.schemaView(view);
    const segment = segmentOf(row, layout.names.indexOf(FIELDS[view]));
    return segment === undefined ? null : (JSON.parse(String(segment)) as string);
  }

  schemaView(view: View): SchemaView {
    return this.workspace.registry.views.get(view) as SchemaView;
  }

  /** A metric's values by its labels, as `hot hit` → 12. */
  async metric(name: string, ...labels: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const metric = this.workspace.metrics.registry.getSingleMetric(name);
    const { values } = (await metric?.get()) ?? { values: [] };
    const sums = new Map<string, number>();
    for (const value of values) {
      const key = labels.map((label) => (value.labels as Record<string, unknown>)[label]).join(' ');
      sums.set(key, (sums.get(key) ?? 0) + value.value);
    }
    return sums;
  }

  async tierReads(key: string): Promise<number> {
    return (await this.metric('featuregraph_tier_reads_total', 'tier', 'result')).get(key) ?? 0;
  }

  /** 0 closed, 1 half open, 2 open. */
  async breakerState(store: string): Promise<number> {
    return (await this.metric('featuregraph_breaker_state', 'store')).get(store) ?? -1;
  }

  async pendingRepairs(): Promise<number> {
    return (await this.metric('featuregraph_repairs_pending', 'store')).get('redis') ?? 0;
  }

  async close(): Promise<void> {
    await this.#agent.close();
    await this.#close();
  }
}
