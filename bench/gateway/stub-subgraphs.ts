/**
 * The subgraphs of all contestants, as fast as can be: three servers in a process of their own, whose objects are
 * made once per document and user. They answer any document that a planner may make of the query.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';
import { KEY_PREFIX, REQUIRED, SUBGRAPHS, type SubgraphName, valuesOf } from './graph-shape.ts';

interface Answerer {
  readonly responseKey: string;
  /** Whether representations are answered, and not a lookup. */
  readonly isEntities: boolean;
  readonly needsRequired: boolean;
  readonly fields: readonly { readonly key: string; readonly name: string }[];
  /** The object of each user, once it was asked for. */
  readonly objects: (Buffer | undefined)[];
}

interface Body {
  readonly query: string;
  readonly variables: {
    readonly ids?: readonly string[];
    readonly representations?: readonly { readonly id: string; readonly [field: string]: unknown }[];
  };
}

const answerers = new Map<string, Answerer>();

function answererOf(query: string): Answerer {
  let answerer = answerers.get(query);
  if (answerer === undefined) {
    answerer = createAnswerer(query);
    answerers.set(query, answerer);
  }
  return answerer;
}

function createAnswerer(query: string): Answerer {
  const operation = parse(query).definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No operation: ${query}`);
  const [root, ...others] = fieldsOf(operation.selectionSet);
  if (root?.selectionSet === undefined || others.length > 0) throw new Error(`Not one root field: ${query}`);
  const fields = fieldsOf(root.selectionSet).map((field) => ({ key: keyOf(field), name: field.name.value }));
  return {
    responseKey: keyOf(root),
    isEntities: root.name.value === '_entities',
    needsRequired: fields.some(({ name }) => name === 'score'),
    fields,
    objects: [],
  };
}

function fieldsOf(selectionSet: SelectionSetNode): FieldNode[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet);
    throw new Error('Named fragments are not answered here.');
  });
}

function keyOf(field: FieldNode): string {
  return (field.alias ?? field.name).value;
}

const NULL = Buffer.from('null');
const COMMA = Buffer.from(',');
const END = Buffer.from(']}}');

function answer(response: ServerResponse, body: Body): void {
  const answerer = answererOf(body.query);
  const parts: Buffer[] = [Buffer.from(`{"data":{"${answerer.responseKey}":[`)];
  const add = (object: Buffer): void => {
    if (parts.length > 1) parts.push(COMMA);
    parts.push(object);
  };
  if (answerer.isEntities) {
    for (const representation of body.variables.representations ?? []) {
      const user = Number(representation.id.slice(KEY_PREFIX.length));
      const isWhole = !answerer.needsRequired || representation[REQUIRED] === required(user);
      add(isWhole ? objectOf(answerer, user) : NULL);
    }
  } else {
    for (const id of body.variables.ids ?? []) add(objectOf(answerer, Number(id.slice(KEY_PREFIX.length))));
  }
  parts.push(END);
  const bytes = Buffer.concat(parts);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

const requiredValues: unknown[] = [];

function required(user: number): unknown {
  requiredValues[user] ??= valuesOf(user)[REQUIRED];
  return requiredValues[user];
}

function objectOf({ fields, objects }: Answerer, user: number): Buffer {
  let object = objects[user];
  if (object === undefined) {
    const values = valuesOf(user);
    object = Buffer.from(
      JSON.stringify(Object.fromEntries(fields.map(({ key, name }) => [key, values[name]]))),
    );
    objects[user] = object;
  }
  return object;
}

function listen(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(response, JSON.parse(Buffer.concat(chunks).toString()) as Body));
  });
  server.keepAliveTimeout = 600_000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`),
    );
  });
}

process.once('disconnect', () => process.exit(0));
const urls: [SubgraphName, string][] = [];
for (const subgraph of SUBGRAPHS) urls.push([subgraph, await listen()]);
process.send?.(Object.fromEntries(urls));
