import { GraphQLError, parseType, type TypeNode } from 'graphql';
import { didYouMean } from '../../core/nearest-name.ts';
import type { DraftDomain, DraftEntity, DraftField } from '../draft.ts';
import type { Transform } from '../registry.ts';
import { isNonNullType, typeFits, typeText } from '../type-fit.ts';
import { entitiesOf, type Report, type Rule } from './rule.ts';

/** The transform of an on-demand feature is registered, and its inputs, arguments and output have fitting types. */
export const transformsFit: Rule = {
  name: 'transforms-fit',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      if (domain.codeIsElsewhere) continue;
      for (const field of entity.type.fields.values()) {
        if (field.onDemand !== undefined) checkTransform(domain, entity, field, report);
      }
    }
  },
};

type Tell = (message: string, mend: string) => void;
type Registered = Omit<Transform, 'name'>;

function checkTransform(domain: DraftDomain, entity: DraftEntity, field: DraftField, report: Report): void {
  const { onDemand } = field;
  if (onDemand === undefined) return;
  const tell: Tell = (message, mend) =>
    report(domain, onDemand.node, { coordinate: field.coordinate, message, mend });
  const transforms = domain.code.transforms ?? {};
  const transform = Object.hasOwn(transforms, onDemand.transform)
    ? transforms[onDemand.transform]
    : undefined;
  if (transform === undefined) {
    tell(
      `No transform "${onDemand.transform}" is registered for ${domain.name}.${didYouMean(onDemand.transform, Object.keys(transforms))}`,
      `Export it under \`transforms\` in ${domain.file.replace(/\.graphql$/, '.ts')}.`,
    );
    return;
  }
  checkInputs(entity, onDemand.inputs, onDemand.transform, transform, tell);
  checkArguments(field, onDemand.transform, transform, tell);
  const output = readType(transform.output, `output of ${onDemand.transform}`, tell);
  if (output !== undefined && !typeFits(output, field.type)) {
    tell(
      `The field's type is ${typeText(field.type)}, the output of ${onDemand.transform} ${transform.output}.`,
      'Give both the same type.',
    );
  }
}

function checkInputs(
  entity: DraftEntity,
  inputs: readonly string[],
  name: string,
  transform: Registered,
  tell: Tell,
): void {
  const parameters = Object.entries(transform.inputs);
  if (parameters.length !== inputs.length) {
    tell(
      `${name} has ${parameters.length} inputs (${parameters.map(([parameter]) => parameter).join(', ')}), but ${inputs.length} are named.`,
      'Name one field for each, in their order.',
    );
    return;
  }
  parameters.forEach(([parameter, text], index) => {
    const type = readType(text, `input "${parameter}" of ${name}`, tell);
    const field = entity.type.fields.get(inputs[index] as string);
    if (type === undefined || field === undefined) return;
    if (!typeFits(field.type, type)) {
      tell(
        `The input "${parameter}" of ${name} is ${text}, but ${field.coordinate} is ${typeText(field.type)}.`,
        'Name a field of that type, or change the transform.',
      );
    } else if (isNonNullType(type) && !isNonNullType(field.type)) {
      tell(
        `The input "${parameter}" of ${name} is ${text}, but ${field.coordinate} can be null.`,
        `Declare it as ${text.slice(0, -1)}, and say in the function what null gives.`,
      );
    }
  });
}

function checkArguments(field: DraftField, name: string, transform: Registered, tell: Tell): void {
  const declared = new Map(Object.entries(transform.arguments ?? {}));
  for (const argument of field.node.arguments ?? []) {
    const argumentName = argument.name.value;
    const text = declared.get(argumentName);
    declared.delete(argumentName);
    if (text === undefined) {
      tell(
        `The field has the argument "${argumentName}", which ${name} does not know.`,
        `Add it to the transform's \`arguments\`, or take it away.`,
      );
      continue;
    }
    const type = readType(text, `argument "${argumentName}" of ${name}`, tell);
    if (type === undefined) continue;
    const canBeNull = !isNonNullType(argument.type);
    if (!typeFits(argument.type, type) || (isNonNullType(type) && canBeNull)) {
      tell(
        `The argument "${argumentName}" is ${typeText(argument.type)}, in ${name} it is ${text}.`,
        'Give both the same type.',
      );
    }
  }
  for (const [argumentName, text] of declared) {
    tell(
      `${name} has the argument "${argumentName}", which the field does not have.`,
      `Add \`${argumentName}: ${text}\` to the field's arguments.`,
    );
  }
}

function readType(text: string, what: string, tell: Tell): TypeNode | undefined {
  try {
    return parseType(text, { noLocation: true });
  } catch (error) {
    const reason = error instanceof GraphQLError ? error.message : String(error);
    tell(
      `The ${what} is ${JSON.stringify(text)}, which is no GraphQL type: ${reason}`,
      'Write it as in SDL, such as "Int" or "[Float!]".',
    );
    return undefined;
  }
}
