import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NAME_MAX_BYTES } from '../../src/core/bounds.ts';
import type { Clock } from '../../src/core/clock.ts';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { describeReceived } from '../../src/core/feature-value.ts';
import type { HttpAnswer } from '../../src/ingestion/http-answer.ts';
import { type HttpWriteCall, handleDelete, handlePush } from '../../src/ingestion/http-push.ts';
import type { IngestionStores } from '../../src/ingestion/write-rows.ts';
import type { Metrics } from '../../src/observability/metrics.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { AuditEvent } from '../../src/tenancy/audit/audit-event.ts';
import type { AuditLog } from '../../src/tenancy/audit/audit-log.ts';
import type { CallRate } from '../../src/tenancy/call-rate.ts';
import { type Identity, mayWrite } from '../../src/tenancy/identity.ts';
import { OUTCOME_HEADER, requestState } from './request-state.ts';

/** `POST /push/<view>` and `POST /delete/<view>`: the body goes to ingestion as it comes, unparsed. */
export interface IngestRoutesOptions extends IngestionStores {
  /** Asked at each call: a reload takes effect at once. */
  readonly registry: () => Registry;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly audit: Pick<AuditLog, 'record'>;
  /** Of one call. */
  readonly bodyMaxBytes: number;
  /** Of writing calls of each tenant. */
  readonly callRate: Pick<CallRate, 'take'>;
}

type WriteRequest = FastifyRequest<{ Params: { view: string } }>;

/** A whole batch may take this long to become durable, in ms. */
const WRITE_DEADLINE_MS = 30_000;

export async function addIngestRoutes(app: FastifyInstance, options: IngestRoutesOptions): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    addWriteRoute(scope, options, 'push', handlePush);
    addWriteRoute(scope, options, 'delete', handleDelete);
  });
}

function addWriteRoute(
  scope: FastifyInstance,
  options: IngestRoutesOptions,
  verb: 'push' | 'delete',
  handle: (call: HttpWriteCall) => Promise<HttpAnswer>,
): void {
  scope.route<{ Params: { view: string } }>({
    method: 'POST',
    url: `/${verb}/:view`,
    bodyLimit: options.bodyMaxBytes,
    handler: async (request, reply) => {
      const { identity } = requestState(request);
      if (identity === null) throw new Error(`The request reached /${verb} without an identity.`);
      const event = eventOf(verb, identity, request);
      // First, so that who is refused again and again cannot fill the audit: calls beyond the rate leave no line in it.
      options.callRate.take(identity.tenant, 'calls that write');
      assertMayWrite(identity, request.params.view, options, event);
      options.audit.record({ ...event, decision: 'ALLOWED' });
      const answer = await handle({
        ...options,
        registry: options.registry(),
        viewName: request.params.view,
        namespace: identity.namespace,
        query: new URL(request.url, 'http://localhost').searchParams,
        contentType: request.headers['content-type'],
        body: request.body as IncomingMessage,
        deadlineAtMs: options.clock.monotonicMs() + WRITE_DEADLINE_MS,
      });
      options.audit.record({ ...event, ...outcomeOf(answer) });
      countRows(options, request.params.view, answer);
      const state = requestState(request);
      state.outcome = answer.status === 200 ? 'ok' : 'failed';
      state.reason = answer.body.errors?.[0].extensions.code ?? null;
      reply.header(OUTCOME_HEADER, answer.status === 200 ? 'ok' : 'failed');
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    },
  });
  scope.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: `/${verb}/:view`,
    handler: async (request, reply) => {
      reply.header('allow', 'POST');
      throw new FeaturegraphError(
        'METHOD_NOT_ALLOWED',
        `${request.method} is not served at /${verb}; send POST.`,
      );
    },
  });
}

type CallEvent = Omit<AuditEvent, 'decision'>;

function eventOf(action: 'push' | 'delete', identity: Identity, request: WriteRequest): CallEvent {
  return {
    action,
    actor: identity.tenant,
    credential: identity.credential,
    namespace: identity.namespace,
    target: request.params.view.slice(0, NAME_MAX_BYTES),
    requestId: requestState(request).requestId,
  };
}

function outcomeOf({ status, body }: HttpAnswer): Pick<AuditEvent, 'decision' | 'accepted' | 'rejected'> {
  const counts = 'accepted' in body ? { accepted: body.accepted, rejected: body.rejected } : {};
  return { decision: status === 200 ? 'DONE' : 'FAILED', ...counts };
}

/** Said of a view that does not exist, too: who may not write learns nothing of what there is to write. */
function assertMayWrite(
  identity: Identity,
  viewName: string,
  { registry, audit }: IngestRoutesOptions,
  event: CallEvent,
): void {
  const domain = registry().views.get(viewName)?.domain ?? '';
  if (mayWrite(identity, viewName, domain)) return;
  audit.record({ ...event, decision: 'REFUSED', reason: 'FORBIDDEN' });
  throw new FeaturegraphError(
    'FORBIDDEN',
    `This credential has no grant to write the view ${describeReceived(viewName)}. Ask the operator: featuregraph tenant grant <tenant> --write <view>.`,
  );
}

/** Only views of the registry become label values: a made-up name must not make a series. */
function countRows(options: IngestRoutesOptions, view: string, answer: HttpAnswer): void {
  if (!options.registry().views.has(view) || !('accepted' in answer.body)) return;
  const { accepted, rejected } = answer.body;
  options.metrics.rowsPushed.inc({ view, result: 'accepted' }, accepted);
  options.metrics.rowsPushed.inc({ view, result: 'rejected' }, rejected);
}
