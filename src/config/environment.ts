/** The part of the configuration that comes from the environment. Reads no variable itself: it is given them all. */
import { isRecord } from '../core/is-record.ts';
import type { ConfigProblem } from './config-problem.ts';
import { meantOrKnown } from './describe-issue.ts';
import { namedVariables, readNamedVariable } from './named-environment.ts';

export type Values = Readonly<Record<string, unknown>>;
type EnvironmentKind = 'text' | 'number' | 'flag';
export const PREFIX = 'FEATUREGRAPH_';

/** Environment name (without the prefix) → key and how its text is read. */
export const ENVIRONMENT: Readonly<Record<string, readonly [key: string, kind: EnvironmentKind]>> = {
  SCHEMA_FOLDER: ['schemaFolder', 'text'],
  DATA_FOLDER: ['dataFolder', 'text'],
  AUDIT_FOLDER: ['auditFolder', 'text'],
  USAGE_FOLDER: ['usage.folder', 'text'],
  HOST: ['host', 'text'],
  PORT: ['port', 'number'],
  ADMIN_PORT: ['adminPort', 'number'],
  EXPLORER: ['explorer', 'flag'],
  INTROSPECTION: ['introspection', 'flag'],
  CLOCK_AT: ['clock.at', 'text'],
  DEADLINE_MS: ['deadlineMs', 'number'],
  TENANT: ['tenant', 'text'],
  NAMESPACE: ['namespace', 'text'],
  ANONYMOUS: ['identity.anonymous', 'flag'],
  BODY_BYTES: ['limits.bodyBytes', 'number'],
  PUSH_BODY_BYTES: ['limits.pushBodyBytes', 'number'],
  LOG_LEVEL: ['logging.level', 'text'],
  DOCUMENTS_MANIFEST: ['documents.manifest', 'text'],
  DOCUMENTS_MODE: ['documents.mode', 'text'],
  DRAIN_MS: ['drainMs', 'number'],
  SUPERGRAPH: ['supergraph', 'text'],
  SIGNING_PRIVATE_KEY_FILE: ['signing.privateKeyFile', 'text'],
  SIGNING_PUBLIC_KEY_FILE: ['signing.publicKeyFile', 'text'],
  PEPPER_FILE: ['identity.pepperFile', 'text'],
};
export const SECRETS = {
  SIGNING_PRIVATE_KEY: 'privateKey',
  SIGNING_PUBLIC_KEY: 'publicKey',
  API_KEY: 'apiKey',
  PEPPER: 'pepper',
} as const;
/** Of the test suite, not of the program. */
const NOT_OURS = /^FEATUREGRAPH_(?:TEST|BENCH)_/;

export interface Environment {
  readonly values: Values;
  /** Key → the environment variable that set it. */
  readonly names: ReadonlyMap<string, string>;
  readonly secrets: { privateKey?: string; publicKey?: string; apiKey?: string; pepper?: string };
}

/**
 * What the environment says, by the configuration's keys; what is misspelt is a problem.
 * @param file what the configuration file says: some variables are about what it names.
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  problems: ConfigProblem[],
  file: Values = {},
): Environment {
  let values: Values = {};
  const names = new Map<string, string>();
  const secrets: Environment['secrets'] = {};
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || text === undefined || NOT_OURS.test(variable)) continue;
    const short = variable.slice(PREFIX.length);
    const known = ENVIRONMENT[short];
    if (known !== undefined) {
      names.set(known[0], variable);
      values = merge(values, nest(known[0], readText(known[1], text)));
    } else if (Object.hasOwn(SECRETS, short)) {
      secrets[SECRETS[short as keyof typeof SECRETS]] = text;
    } else {
      const named = readNamedVariable(short, text, file);
      if (typeof named === 'object') {
        const [group, name, key] = named.path;
        names.set(named.path.join('.'), variable);
        values = merge(values, { [group]: { [name]: { [key]: named.value } } });
        continue;
      }
      problems.push({
        key: variable,
        problem: named ?? `unknown; ${meantOrKnown(variable, allNames(file))}`,
      });
    }
  }
  return { values, names, secrets };
}

function allNames(file: Values): string[] {
  return [...Object.keys(ENVIRONMENT), ...Object.keys(SECRETS), ...namedVariables(file)].map(
    (one) => PREFIX + one,
  );
}

/** What does not read as its kind stays text, so that the schema tells what it expected. */
function readText(kind: EnvironmentKind, text: string): unknown {
  if (kind === 'number' && /^-?\d+$/.test(text)) return Number(text);
  if (kind === 'flag' && /^(?:true|1|on)$/i.test(text)) return true;
  if (kind === 'flag' && /^(?:false|0|off)$/i.test(text)) return false;
  return text;
}

function nest(key: string, value: unknown): Values {
  const [first, ...rest] = key.split('.') as [string, ...string[]];
  return { [first]: rest.length === 0 ? value : nest(rest.join('.'), value) };
}

/** `over` wins; objects are merged key by key, everything else is replaced. */
export function merge(under: Values, over: Values): Values {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] = isRecord(below) && isRecord(value) ? merge(below, value) : value;
  }
  return merged;
}
