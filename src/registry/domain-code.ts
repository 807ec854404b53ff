import { isRecord } from '../core/is-record.ts';
import type { DomainCode } from './registry.ts';
import type { SchemaProblem } from './schema-problem.ts';

/** Checks what `schema/<domain>.ts` exports, because it is imported at run time and nobody type-checked it. */
export function checkDomainCode(
  domain: string,
  file: string,
  exported: Readonly<Record<string, unknown>>,
): { code: DomainCode; problems: SchemaProblem[] } {
  const problems: SchemaProblem[] = [];
  const tell = (coordinate: string, message: string, mend: string) => {
    problems.push({ rule: 'domain-code', domain, file, line: 0, column: 0, coordinate, message, mend });
  };
  const { transforms, resolvers } = exported;
  if (transforms === undefined && resolvers === undefined) {
    const names = Object.keys(exported).join(', ') || 'nothing';
    tell(
      '',
      `Expected exports named \`transforms\` or \`resolvers\`, got ${names}.`,
      'Write `export const transforms = {…}`.',
    );
  }
  const code = {
    ...(isRecord(transforms) ? { transforms: keepTransforms(transforms, tell) } : {}),
    ...(isRecord(resolvers) ? { resolvers: keepResolvers(resolvers, tell) } : {}),
  };
  if (transforms !== undefined && !isRecord(transforms))
    tell(
      'transforms',
      `Expected an object of transforms by name, got ${kindOf(transforms)}.`,
      'Export an object.',
    );
  if (resolvers !== undefined && !isRecord(resolvers))
    tell(
      'resolvers',
      `Expected an object: type → field → function, got ${kindOf(resolvers)}.`,
      'Export an object.',
    );
  return { code: code as DomainCode, problems };
}

type Tell = (coordinate: string, message: string, mend: string) => void;

function keepTransforms(
  transforms: Readonly<Record<string, unknown>>,
  tell: Tell,
): Readonly<Record<string, unknown>> {
  const kept: Record<string, unknown> = {};
  for (const [name, transform] of Object.entries(transforms)) {
    const at = `transforms.${name}`;
    const wrong = wrongInTransform(transform);
    if (wrong === undefined) kept[name] = transform;
    else
      tell(
        at,
        wrong,
        'A transform is `{ inputs: {name: "Type"}, arguments?: {…}, output: "Type", compute(inputs, args, context) }`.',
      );
  }
  return kept;
}

function wrongInTransform(transform: unknown): string | undefined {
  if (!isRecord(transform)) return `Expected an object, got ${kindOf(transform)}.`;
  const { inputs, output, compute } = transform;
  if (!isTextRecord(inputs))
    return `Expected \`inputs\` to be an object of type names, got ${kindOf(inputs)}.`;
  if (transform.arguments !== undefined && !isTextRecord(transform.arguments))
    return `Expected \`arguments\` to be an object of type names, got ${kindOf(transform.arguments)}.`;
  if (typeof output !== 'string')
    return `Expected \`output\` to be the name of a type, got ${kindOf(output)}.`;
  if (typeof compute !== 'function') return `Expected \`compute\` to be a function, got ${kindOf(compute)}.`;
  if (compute.constructor.name === 'AsyncFunction')
    return 'Expected `compute` to answer at once, got an async function: transforms do no I/O.';
  return undefined;
}

function keepResolvers(
  resolvers: Readonly<Record<string, unknown>>,
  tell: Tell,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const kept: Record<string, Record<string, unknown>> = {};
  for (const [type, fields] of Object.entries(resolvers)) {
    if (!isRecord(fields)) {
      tell(
        `resolvers.${type}`,
        `Expected an object: field → function, got ${kindOf(fields)}.`,
        'Give each field its function.',
      );
      continue;
    }
    const keptFields: Record<string, unknown> = {};
    kept[type] = keptFields;
    for (const [field, resolver] of Object.entries(fields)) {
      if (typeof resolver === 'function') keptFields[field] = resolver;
      else
        tell(
          `resolvers.${type}.${field}`,
          `Expected a function, got ${kindOf(resolver)}.`,
          'Give the field a function.',
        );
    }
  }
  return kept;
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
