import type { FastifyError, FastifyReply } from 'fastify';
import { ERROR_CATALOGUE, type ErrorCode, FeaturegraphError } from '../../src/core/errors.ts';
import { describeReceived } from '../../src/core/feature-value.ts';
import { OUTCOME_HEADER } from './request-state.ts';

/** Every refusal outside of GraphQL's pipeline has the body of a GraphQL error, so that clients need one reader. */
export function replyWithError(
  reply: FastifyReply,
  error: FeaturegraphError,
  requestId: string,
): FastifyReply {
  if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .code(error.httpStatus)
    .header('content-type', 'application/json; charset=utf-8')
    .header(OUTCOME_HEADER, 'failed')
    .send(bodyOf(error, requestId));
}

export function bodyOf(error: FeaturegraphError, requestId: string): string {
  const extensions = { code: error.code, ...error.details, requestId };
  return JSON.stringify({ errors: [{ message: error.message, extensions }] });
}

/** What Fastify itself refuses, in our words. `undefined` for a fault that is not the caller's. */
export function fromFastifyError(
  error: FastifyError,
  bodyLimitBytes: number,
  contentType: string | undefined,
): FeaturegraphError | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new FeaturegraphError(
        'PAYLOAD_TOO_LARGE',
        `The body is larger than ${bodyLimitBytes} bytes. Split the request.`,
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_CONTENT_TYPE':
      return new FeaturegraphError(
        'UNSUPPORTED_MEDIA_TYPE',
        contentType === undefined
          ? 'The body has no content type; expected the header Content-Type: application/json.'
          : `The content type ${describeReceived(contentType)} is not read here; expected application/json.`,
      );
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return badRequest('The body is empty; expected a JSON object with "query".');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return badRequest('The body does not have the length that its header tells.');
    default:
      // A broken JSON body comes as a SyntaxError with status 400 and, in some cases, without a code of Fastify's.
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? badRequest('The body or address is malformed; expected a JSON object with "query".')
        : undefined;
  }
}

function badRequest(message: string): FeaturegraphError {
  return new FeaturegraphError('BAD_REQUEST', message);
}

export function isKnownCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code);
}
