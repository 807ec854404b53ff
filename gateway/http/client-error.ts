/** What is no HTTP request, or does not come in time: answered in the form of every other refusal, and cut off. */
import type { Socket } from 'node:net';
import type { Logger } from '../../src/observability/logger.ts';
import { OUTCOME_HEADER } from './request-state.ts';

type Refusal = readonly [status: string, message: string];

const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'The headers are larger than they may be; send fewer, or shorter ones.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    'The request did not come whole in time; send it faster, or less at once.',
  ],
};
const MALFORMED: Refusal = ['400 Bad Request', 'What came is not HTTP as its specification has it.'];

export function answerClientError(
  error: Error & { readonly code?: string },
  socket: Socket,
  logger: Logger,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, message] = REFUSALS[error.code ?? ''] ?? MALFORMED;
  // Nobody knows yet who asks, and what came is not repeated: it may hold a credential.
  logger.info({ status: Number.parseInt(status, 10), reason: 'BAD_REQUEST', cause: error.code }, 'answered');
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
  const headers = [
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `${OUTCOME_HEADER}: failed`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}
