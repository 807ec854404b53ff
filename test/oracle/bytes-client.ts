/** A subgraph of this process as one behind HTTP looks: asked by JSON, answering bytes, read as the gateway reads. */
import { parse } from 'graphql';
import { readSubgraphAnswer } from '../../gateway/remote/read-subgraph-answer.ts';
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import type {
  BytesAnswer,
  SubgraphClient,
  SubgraphDocument,
  SubgraphResult,
} from '../../src/engine/subgraph-client.ts';

export interface BytesClientOptions {
  /** What is done to an answer on its way; the same question must be answered the same. */
  readonly change?: (answer: string, query: string) => Buffer;
  /** Whether its errors are believed word by word, and not read as those of a stranger. */
  readonly trusted?: boolean;
}

export function bytesClient(
  client: SubgraphClient,
  { change = (answer) => Buffer.from(answer), trusted = false }: BytesClientOptions = {},
): SubgraphClient {
  const { name } = client;
  const ask = async (body: string, context: RequestContext): Promise<BytesAnswer> => {
    const { query, variables } = JSON.parse(body);
    const document: SubgraphDocument = { text: query, document: parse(query), operationKind: 'query' };
    const { data, errors } = await client.execute({ document, variables, context, statuses: false });
    const answer = JSON.stringify(errors.length === 0 ? { data } : { errors, data });
    // One that is down has no answer at all.
    const bytes = data === null ? null : change(answer, query);
    const told = bytes ?? Buffer.from(answer);
    return {
      bytes,
      taken() {},
      read: (asked) =>
        trusted ? { errors: [], ...JSON.parse(answer), statuses: {} } : read(told, name, asked),
    };
  };
  return {
    name,
    bytes: {
      tellsStatuses: false,
      bodyTail: '',
      ask: (body, context) => ask(Buffer.from(body).toString(), context),
    },
    async execute({ document, variables, context }) {
      const answer = await ask(JSON.stringify({ query: document.text, variables }), context);
      return answer.read(document);
    },
    async close() {},
  };
}

function read(bytes: Buffer, name: string, { document }: SubgraphDocument): SubgraphResult {
  try {
    return readSubgraphAnswer(bytes.toString(), name, false, document);
  } catch (error) {
    if (!(error instanceof FeaturegraphError)) throw error;
    const extensions = { code: error.code, subgraph: name };
    return { data: null, errors: [{ message: error.message, extensions }], statuses: {} };
  }
}
