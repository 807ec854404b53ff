/** Asks for two tenants at once, again and again, by every way there is, and tells what crossed. */
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'graphql';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Workspace } from '../../src/workspace.ts';
import { makeQuestion, newsLettersOf, type Question } from './questions.ts';
import { readSlowly } from './read-slowly.ts';
import type { Tenant, TwoTenants } from './two-tenants.ts';

type Random = (below: number) => number;

export interface Crossed {
  /** At most a few of them, as text. */
  readonly seen: string[];
  count: number;
}

interface Body {
  readonly data?: unknown;
  readonly extensions?: { readonly featuregraph?: { readonly statuses?: Readonly<Record<string, string>> } };
}

/** Pairs that are under way at once: enough that reads of both meet in one wave. */
const AT_ONCE = 8;
const SEEN_MAX = 5;

/** In this process: interpreted, and to bytes. */
export async function askEngine(
  { tenants, workspace }: TwoTenants,
  engine: Engine,
  pairs: number,
  random: Random,
  crossed: Crossed,
): Promise<void> {
  await inPairs(tenants, pairs, random, crossed, 12, async (tenant, question) => {
    const prepared = engine.prepare(parse(question.text), question.text, null);
    const context = contextOf(workspace, tenant, question);
    if (random(2) === 0) return (await prepared.execute(question.variables, context)) as Body;
    const bytes = await prepared.executeToBytes(question.variables, context);
    return 'bytes' in bytes ? JSON.parse(bytes.bytes.toString()) : (bytes as Body);
  });
}

/** Over HTTP: by POST and GET, known documents and unknown ones, readers that take everything and slow ones. */
export async function askServer(
  { tenants, url }: TwoTenants,
  pairs: number,
  random: Random,
  crossed: Crossed,
): Promise<void> {
  let count = 0;
  await inPairs(tenants, pairs, random, crossed, 60, async (tenant, question) => {
    count += 1;
    const way = random(20);
    // A comment makes another document of it, which no front knows.
    const query = way === 0 ? `${question.text} # ${count}` : question.text;
    const { variables, status } = question;
    const extensions = { featuregraph: { status } };
    const headers = {
      authorization: `Bearer ${tenant.key}`,
      'x-request-id': `${tenant.name}-${count}`,
      accept: random(2) === 0 ? 'application/json' : 'application/graphql-response+json',
    };
    if (way === 1) {
      const search = new URLSearchParams({
        ...{ query, variables: JSON.stringify(variables), extensions: JSON.stringify(extensions) },
      });
      const response = await fetch(`${url}/graphql?${search}`, {
        headers: { ...headers, 'apollo-require-preflight': 'true' },
      });
      return (await response.json()) as Body;
    }
    const body = JSON.stringify({ query, variables, extensions });
    if (way === 2) return JSON.parse(await readSlowly(`${url}/graphql`, headers, body)) as Body;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    return (await response.json()) as Body;
  });
}

async function inPairs(
  tenants: readonly Tenant[],
  pairs: number,
  random: Random,
  crossed: Crossed,
  many: number,
  ask: (tenant: Tenant, question: Question) => Promise<Body>,
): Promise<void> {
  const [red, blue, inner, outer] = tenants as [Tenant, Tenant, Tenant, Tenant];
  let left = pairs;
  const work = async (): Promise<void> => {
    while (left > 0 && crossed.count === 0) {
      left -= 1;
      const pair = random(2) === 0 ? [red, blue] : [inner, outer];
      if (random(2) === 0) pair.reverse();
      const question = makeQuestion(random, many);
      await Promise.all(
        pair.map(async (tenant) => {
          const body = await ask(tenant, question);
          const problem = problemOf(tenant, question, body);
          if (problem === null) return;
          crossed.count += 1;
          if (crossed.seen.length < SEEN_MAX) crossed.seen.push(problem);
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function problemOf(tenant: Tenant, question: Question, body: Body): string | null {
  const expected = question.expectedOf(tenant);
  const plain = JSON.parse(JSON.stringify(body)) as Body;
  if (!isDeepStrictEqual(plain.data, expected)) {
    return `${tenant.name} asked ${question.text}, expected ${JSON.stringify(expected).slice(0, 300)}, got ${JSON.stringify(plain).slice(0, 300)}`;
  }
  const letters = plain.extensions?.featuregraph?.statuses?.['itemList.news'];
  if (letters === undefined || newsLettersOf(tenant).test(letters)) return null;
  return `${tenant.name} was told the statuses ${letters} of its news`;
}

function contextOf({ clock }: Workspace, tenant: Tenant, { status }: Question) {
  return createRequestContext({
    requestId: 'isolation',
    identity: { tenant: tenant.name, namespace: tenant.namespace, scopes: new Set(tenant.scopes) },
    options: { maxAgeMs: new Map(), status, deadlineMs: 20_000 },
    clock,
    startedMs: clock.monotonicMs(),
  });
}
