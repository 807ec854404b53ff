/** Reads a subgraph's body: checks that it is a GraphQL response, and lets no message through that was not meant for a caller. */

import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import { ERROR_CATALOGUE, FeaturegraphError } from '../../src/core/errors.ts';
import { isRecord } from '../../src/core/is-record.ts';
import type { SubgraphResult } from '../../src/engine/subgraph-client.ts';
import { dropUnasked } from './drop-unasked.ts';

/** Written for programs inside; a caller gets none of it. */
const INTERNAL_EXTENSIONS = new Set(['stacktrace', 'exception', 'http', 'originalError']);

/** What servers answer when they did not mean to; its message may hold addresses, queries or values. */
const UNMEANT_CODE = 'INTERNAL_SERVER_ERROR';

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

const BYTE_ORDER_MARK = '\ufeff';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * @param own whether it is a subgraph of this platform, whose errors are written for callers.
 * @throws FeaturegraphError SUBGRAPH_BAD_RESPONSE
 */
export function readSubgraphAnswer(
  text: string,
  subgraph: string,
  own: boolean,
  document: DocumentNode,
): SubgraphResult {
  const body = parseObject(text);
  if (body === null) throw badResponse(subgraph, 'something that is not a JSON object');
  const data = body.data ?? null;
  // Not by the specification, but many servers write it for none.
  const errors = body.errors ?? [];
  if (data !== null && !isRecord(data)) throw badResponse(subgraph, 'data that is not an object');
  if (!Array.isArray(errors)) throw badResponse(subgraph, 'errors that are not a list');
  if (data === null && errors.length === 0) throw badResponse(subgraph, 'neither data nor errors');
  // Ours are completed by graphql-js, which answers what is asked and nothing else.
  if (data !== null && !own) dropUnasked(data as Record<string, unknown>, document);
  return {
    data: data as Record<string, unknown> | null,
    errors: errors.map((error) => readError(error, subgraph, own)),
    statuses: own ? readStatuses(body) : {},
  };
}

export function badResponse(subgraph: string, what: string): FeaturegraphError {
  return new FeaturegraphError(
    'SUBGRAPH_BAD_RESPONSE',
    `The subgraph "${subgraph}" answered ${what}; expected a GraphQL response. Its owner finds the request in its log.`,
  );
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function readError(error: unknown, subgraph: string, own: boolean): GraphQLFormattedError {
  const { message, path, extensions } = isRecord(error) ? error : {};
  const located = isPath(path) ? { path: path.map(pathKey) } : {};
  const code = isRecord(extensions) ? extensions.code : undefined;
  if (typeof message === 'string' && isMeant(code, own)) {
    return {
      message,
      ...located,
      extensions: own ? publicExtensions(extensions as JsonObject) : { code, subgraph },
    };
  }
  return {
    message: `The subgraph "${subgraph}" failed here. Its owner finds the cause in its log.`,
    ...located,
    extensions: { code: 'SUBGRAPH_ERROR', subgraph },
  };
}

/** Of our own subgraphs only codes of the catalogue are deliberate; of others, any code of their own making. */
function isMeant(code: unknown, own: boolean): boolean {
  if (typeof code !== 'string' || code === UNMEANT_CODE) return false;
  return own ? Object.hasOwn(ERROR_CATALOGUE, code) : CODE.test(code);
}

function publicExtensions(extensions: JsonObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(extensions).filter(([name]) => !INTERNAL_EXTENSIONS.has(name)));
}

function readStatuses({ extensions }: JsonObject): Record<string, string> {
  const featuregraph = isRecord(extensions) ? extensions.featuregraph : null;
  const statuses = isRecord(featuregraph) ? featuregraph.statuses : null;
  if (!isRecord(statuses)) return {};
  return Object.fromEntries(
    Object.entries(statuses).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Some servers write an index as a text; no name of a field begins with a digit. */
function pathKey(key: string | number): string | number {
  return typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : key;
}

function isPath(path: unknown): path is (string | number)[] {
  return Array.isArray(path) && path.every((key) => typeof key === 'string' || typeof key === 'number');
}
