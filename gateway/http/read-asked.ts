/** What a request to `/graphql` asks, from a POST's body or a GET's address, and back to an address for Apollo. */
import type { FastifyRequest } from 'fastify';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { describeReceived } from '../../src/core/feature-value.ts';
import { isRecord } from '../../src/core/is-record.ts';
import type { Asked } from '../documents/resolve-document.ts';
import { readJson } from './read-json.ts';

const TEXTS = ['query', 'operationName', 'documentId'] as const;
const OBJECTS = ['variables', 'extensions'] as const;

/** @throws FeaturegraphError BAD_REQUEST, BATCHING_DISABLED, UNSUPPORTED_MEDIA_TYPE */
export function readAsked(request: FastifyRequest): Asked {
  const { 'content-type': contentType } = request.headers;
  if (contentType !== undefined) assertUtf8Json(contentType);
  return request.method === 'GET' ? readAddress(request.url) : readBody(request.body);
}

function assertUtf8Json(contentType: string): void {
  if (contentType === 'application/json') return;
  const [mediaType, ...parameters] = contentType.toLowerCase().split(';');
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]*)/.exec(one)?.[1]).find(Boolean);
  if (mediaType?.trim() === 'application/json' && /^utf-?8$/.test(charset ?? 'utf-8')) return;
  throw new FeaturegraphError(
    'UNSUPPORTED_MEDIA_TYPE',
    `The content type ${describeReceived(contentType)} is not read here; expected application/json in UTF-8.`,
  );
}

function readBody(body: unknown): Asked {
  if (Array.isArray(body)) {
    throw new FeaturegraphError(
      'BATCHING_DISABLED',
      'An array of operations is not served; send one operation a request.',
    );
  }
  if (isRecord(body)) {
    const { query } = body;
    if (typeof query === 'string' || query === undefined || query === null) return body;
    throw badRequest(`Expected "query" to be a text, got ${kindOf(query)}.`);
  }
  throw badRequest(`Expected the body to be {"query": "…", "variables": {…}}, got ${kindOf(body)}.`);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return 'a text';
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'null' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

function readAddress(url: string): Asked {
  const params = new URLSearchParams(searchOf(url));
  const asked: Record<string, unknown> = {};
  for (const name of TEXTS) {
    const text = once(params, name);
    if (text !== undefined) asked[name] = text;
  }
  for (const name of OBJECTS) {
    const text = once(params, name);
    if (text !== undefined) asked[name] = readObject(name, text);
  }
  return asked;
}

function once(params: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = params.getAll(name);
  if (more.length > 0) throw badRequest(`The parameter ${name} stands in the address twice; send it once.`);
  return value;
}

function readObject(name: string, text: string): unknown {
  let value: unknown;
  try {
    value = readJson(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  throw badRequest(`The parameter ${name} is not valid; expected a JSON object, encoded for an address.`);
}

/** `?query=…` as Apollo reads it, whatever id it came by. */
export function addressOf(asked: Asked): string {
  const params = new URLSearchParams();
  for (const name of ['query', 'operationName'])
    if (typeof asked[name] === 'string') params.set(name, asked[name]);
  for (const name of OBJECTS)
    if (asked[name] !== undefined && asked[name] !== null) params.set(name, JSON.stringify(asked[name]));
  return `?${params}`;
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

function badRequest(message: string): FeaturegraphError {
  return new FeaturegraphError('BAD_REQUEST', message);
}
