import { DEADLINE_MAX_MS } from '../core/bounds.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { describeReceived } from '../core/feature-value.ts';
import { isRecord } from '../core/is-record.ts';
import type { ReadOptions } from '../core/request-context.ts';
import { hasScope } from '../tenancy/identity.ts';

/** What a process assumes where a request does not say. */
export interface ReadOptionDefaults {
  readonly deadlineMs: number;
  /** Views that `maxAgeMs` may name; `null` where the graph has no registry. */
  readonly knownViews: ReadonlySet<string> | null;
}

/** Scopes without which a request may not choose where it is read: what that costs is others' to bear, too. */
export interface ReadScopes {
  readonly bypass: string;
  readonly quorum: string;
}

const OPTION_NAMES = ['maxAgeMs', 'status', 'deadlineMs', 'cache', 'consistency'] as const;
const STATUS_VALUES = ['NONE', 'VALUES'] as const;
const CACHE_VALUES = ['USE', 'BYPASS'] as const;
const CONSISTENCY_VALUES = ['ONE', 'QUORUM'] as const;

/**
 * From `extensions.featuregraph` of a request to its read options. A misspelt option must not pass silently: it
 * would serve values that the caller believes it refused.
 *
 * @throws FeaturegraphError BAD_USER_INPUT
 */
export function parseReadOptions(extensions: unknown, defaults: ReadOptionDefaults): ReadOptions {
  const given = isRecord(extensions) ? extensions.featuregraph : undefined;
  if (given === undefined || given === null)
    return { maxAgeMs: new Map(), status: 'NONE', deadlineMs: defaults.deadlineMs };
  if (!isRecord(given)) throw invalid('extensions.featuregraph', 'an object', given);
  for (const name of Object.keys(given)) {
    if (!(OPTION_NAMES as readonly string[]).includes(name)) {
      throw invalid(
        `extensions.featuregraph.${name.slice(0, 40)}`,
        `one of ${OPTION_NAMES.join(', ')}`,
        'an unknown option',
      );
    }
  }
  const cache = parseWord('cache', CACHE_VALUES, given.cache);
  const consistency = parseWord('consistency', CONSISTENCY_VALUES, given.consistency);
  return {
    maxAgeMs: parseMaxAge(given.maxAgeMs, defaults.knownViews),
    status: parseWord('status', STATUS_VALUES, given.status) ?? 'NONE',
    deadlineMs: parseDeadline(given.deadlineMs, defaults.deadlineMs),
    ...(cache === undefined ? {} : { cache }),
    ...(consistency === undefined ? {} : { consistency }),
  };
}

/** @throws FeaturegraphError FORBIDDEN when an option needs a scope that the asker lacks. */
export function assertReadScopes(
  options: ReadOptions,
  scopes: ReadonlySet<string>,
  needed: ReadScopes,
): void {
  if (options.cache === 'BYPASS') assertScope('cache: BYPASS', needed.bypass, scopes);
  if (options.consistency === 'QUORUM') assertScope('consistency: QUORUM', needed.quorum, scopes);
}

function assertScope(option: string, scope: string, scopes: ReadonlySet<string>): void {
  if (hasScope(scopes, scope)) return;
  throw new FeaturegraphError(
    'FORBIDDEN',
    `The read option ${option} needs the scope ${scope}, which this credential has not. Ask without it, or ask the operator for the scope.`,
  );
}

function parseMaxAge(given: unknown, knownViews: ReadonlySet<string> | null): ReadonlyMap<string, number> {
  const ages = new Map<string, number>();
  if (given === undefined || given === null) return ages;
  if (!isRecord(given)) throw invalid('maxAgeMs', 'an object of milliseconds by view name', given);
  for (const [view, ageMs] of Object.entries(given)) {
    if (knownViews !== null && !knownViews.has(view)) throw invalid('maxAgeMs', 'names of views', view);
    if (typeof ageMs !== 'number' || !Number.isFinite(ageMs) || ageMs < 0) {
      throw invalid(`maxAgeMs.${view}`, 'a number of milliseconds, 0 or more', ageMs);
    }
    ages.set(view, ageMs);
  }
  return ages;
}

function parseWord<Word extends string>(
  option: string,
  words: readonly Word[],
  given: unknown,
): Word | undefined {
  if (given === undefined || given === null) return undefined;
  const word = words.find((one) => one === given);
  if (word === undefined) throw invalid(option, `one of ${words.join(', ')}`, given);
  return word;
}

function parseDeadline(given: unknown, defaultMs: number): number {
  if (given === undefined || given === null) return defaultMs;
  if (typeof given !== 'number' || !(given >= 1 && given <= DEADLINE_MAX_MS)) {
    throw invalid('deadlineMs', `a number of milliseconds from 1 to ${DEADLINE_MAX_MS}`, given);
  }
  return given;
}

function invalid(option: string, expected: string, received: unknown): FeaturegraphError {
  return new FeaturegraphError(
    'BAD_USER_INPUT',
    `The read option ${option} is not valid: expected ${expected}, got ${describeReceived(received)}.`,
  );
}
