import { didYouMean } from '../../core/nearest-name.ts';
import type { DraftDomain, DraftEntity, DraftField } from '../draft.ts';
import { pathKind } from '../path-kind.ts';
import { entitiesOf, type Report, type Rule } from './rule.ts';

/** The inputs of an on-demand feature are fields that have a value of their own, and none needs itself. */
export const onDemandInputsExist: Rule = {
  name: 'on-demand-inputs-exist',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const field of entity.type.fields.values()) {
        if (field.onDemand === undefined) continue;
        for (const input of field.onDemand.inputs) checkInput(domain, entity, field, input, report);
      }
      checkCircles(domain, entity, report);
    }
  },
};

function checkInput(
  domain: DraftDomain,
  entity: DraftEntity,
  field: DraftField,
  input: string,
  report: Report,
): void {
  const kind = pathKind(entity, input);
  const tell = (message: string, mend: string) =>
    report(domain, field.onDemand?.node, { coordinate: field.coordinate, message, mend });
  if (kind === undefined) {
    const { message, mend } = wrongPath(entity, input);
    tell(`The input ${message}`, mend);
  } else if (kind === 'external' && !(field.requires?.names ?? []).includes(input)) {
    tell(
      `The input "${input}" belongs to another domain, and nothing asks for it.`,
      `Add \`@requires(fields: "${input}")\` to the field.`,
    );
  } else if (kind === 'onDemand' && (entity.type.fields.get(input)?.node.arguments?.length ?? 0) > 0) {
    tell(
      `The input "${input}" has arguments, which nobody would give.`,
      'Name the inputs of that feature instead.',
    );
  }
}

/** Why a path does not lead to a value; also for the keys of references. */
export function wrongPath(entity: DraftEntity, path: string): { message: string; mend: string } {
  if (path.includes('.'))
    return {
      message: `"${path}" leads through another field, which is not served yet.`,
      mend: 'Name a field of this entity.',
    };
  const field = entity.type.fields.get(path);
  if (field === undefined)
    return {
      message: `"${path}" is no field of ${entity.name}.${didYouMean(path, entity.type.fields.keys())}`,
      mend: 'Name a field of this entity.',
    };
  return {
    message: `"${path}" is neither a join key nor a feature.`,
    mend: 'Name a join key, a stored, on-demand or @external feature.',
  };
}

function checkCircles(domain: DraftDomain, entity: DraftEntity, report: Report): void {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    const field = entity.type.fields.get(name);
    if (field?.onDemand === undefined || done.has(name)) return;
    const start = path.indexOf(name);
    if (start >= 0) {
      const circle = [...path.slice(start), name];
      report(domain, field.onDemand.node, {
        coordinate: field.coordinate,
        message: `The feature needs itself: ${circle.join(' → ')}.`,
        mend: 'Take one of these inputs away.',
      });
      return;
    }
    path.push(name);
    for (const input of field.onDemand.inputs) visit(input);
    path.pop();
    done.add(name);
  };
  for (const name of entity.type.fields.keys()) visit(name);
}
