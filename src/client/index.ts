/** `featuregraph/client`: what an application imports. */
export type { BatchedLookup, BatchedOptions } from './batched-lookup.ts';
export { type Client, type ClientOptions, createClient, type QueryOptions } from './create-client.ts';
export type { FailureCause, FeatureFailure } from './feature-failure.ts';
export type { PartialError, QueryError, QueryErrorKind, QueryErrorOf, RefusalError } from './query-error.ts';
export type { Answer, QueryResult, Refusal, StatusOption, StatusReader } from './query-result.ts';
export type { TypedDocument } from './typed-document.ts';
export type { ValueWithStatus, WithStatus } from './value-statuses.ts';
