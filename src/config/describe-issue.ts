/** From what the schema of the configuration complains of to problems: where it was said, and what to write instead. */
import { z } from 'zod';
import { isRecord } from '../core/is-record.ts';
import { didYouMean } from '../core/nearest-name.ts';
import type { ConfigProblem } from './config-problem.ts';

/** What was read, and how. */
export interface ReadConfig {
  readonly shape: z.ZodType;
  readonly values: unknown;
  /** Key → the environment variable that set it. */
  readonly origin: ReadonlyMap<string, string>;
}

export function describeIssue(issue: z.core.$ZodIssue, read: ReadConfig): ConfigProblem[] {
  const key = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path, read);
    return issue.keys.map((unknown) => ({
      key: key === '' ? unknown : `${key}.${unknown}`,
      problem: `unknown key; ${meantOrKnown(unknown, known)}`,
    }));
  }
  const variable = read.origin.get(key);
  return [{ key: variable === undefined ? key : `${variable} (${key})`, problem: issue.message }];
}

/** The one name that is meant, where there is one near; else all that there are. */
export function meantOrKnown(name: string, known: readonly string[]): string {
  return didYouMean(name, known).trim().replace(/^D/, 'd') || `expected one of ${known.join(', ')}`;
}

/** Where a value may be of several kinds, the keys of the one that it says it is. */
function knownKeys(at: readonly PropertyKey[], { shape, values }: ReadConfig): string[] {
  let nodes: readonly unknown[] = [shape];
  let value = values;
  for (const segment of at) {
    nodes = nodes
      .flatMap((node) => variantsOf(node, value))
      .map((node) => {
        if (node instanceof z.ZodRecord) return node.valueType;
        if (node instanceof z.ZodArray) return node.element;
        return node instanceof z.ZodObject ? node.shape[segment as string] : undefined;
      });
    value = (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[segment];
  }
  const objects = nodes
    .flatMap((node) => variantsOf(node, value))
    .filter((node) => node instanceof z.ZodObject);
  return [...new Set(objects.flatMap((node) => Object.keys(node.shape)))];
}

/** What a value here may look like: one shape, or several where it has kinds and does not say which. */
function variantsOf(node: unknown, value: unknown): readonly unknown[] {
  let at = node;
  while (at instanceof z.ZodPrefault || at instanceof z.ZodDefault || at instanceof z.ZodOptional)
    at = at.unwrap();
  if (!(at instanceof z.ZodDiscriminatedUnion)) return [at];
  const { discriminator } = at.def;
  const kind = isRecord(value) ? value[discriminator] : undefined;
  const said = at.options.filter(
    (option) => option instanceof z.ZodObject && isLiteral(option.shape[discriminator], kind),
  );
  return said.length > 0 ? said : at.options;
}

function isLiteral(node: unknown, value: unknown): boolean {
  return node instanceof z.ZodLiteral && node.values.has(value as never);
}
