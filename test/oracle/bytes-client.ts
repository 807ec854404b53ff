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

/** @param change what is done to an answer on its way; the same question must be answered the same. */
export function bytesClient(
  client: SubgraphClient,
  change: (answer: string, query: string) => Buffer = (answer) => Buffer.from(answer),
): SubgraphClient {
  const { name } = client;
  const ask = async (body: string, context: RequestContext): Promise<BytesAnswer> => {
    const { query, variables } = JSON.parse(body);
    const document: SubgraphDocument = { text: query, document: parse(query), operationKind: 'query' };
    const { data, errors } = await client.execute({ document, variables, context, statuses: false });
    const answer = JSON.stringify(errors.length === 0 ? { data } : { errors, data });
    // One that is down has no answer at all.
    const bytes = data === null ? null : change(answer, query);
    return { bytes, taken() {}, read: (asked) => read(bytes ?? Buffer.from(answer), name, asked) };
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
