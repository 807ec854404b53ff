import { type InputValueDefinitionNode, Kind, type TypeNode } from 'graphql';
import type { DraftDomain, DraftEntity, DraftField } from '../draft.ts';
import { namedTypeOf } from '../platform-definitions.ts';
import { isListType } from '../resolve-type.ts';
import { typeText } from '../type-fit.ts';
import type { Report, Rule } from './rule.ts';

/** A lookup's arguments are exactly the key: one per join key, or one bounded list of keys. */
export const lookupsFit: Rule = {
  name: 'lookups-fit',
  check(domains, report) {
    for (const domain of domains) {
      for (const field of domain.queries) {
        if (field.lookup !== undefined) checkLookup(domain, field, report);
      }
    }
  },
};

/** Most keys that a lookup may allow: a request's answer is held in memory as a whole. */
const MAX_KEYS_MAX = 10_000;

type Tell = (message: string, mend: string) => void;

function checkLookup(domain: DraftDomain, field: DraftField, report: Report): void {
  const { lookup } = field;
  if (lookup === undefined) return;
  const tell: Tell = (message, mend) =>
    report(domain, lookup.node, { coordinate: field.coordinate, message, mend });
  const target = namedTypeOf(field.type);
  if (domain.types.get(target)?.isRequestEntity === true) return;
  const entity = domain.entities.get(target);
  if (entity === undefined) {
    tell(`${target} is no entity: it has no @key in this file.`, 'Give the lookup the type of an entity.');
    return;
  }
  if (!entity.isKeyKnown) return;
  if (entity.isStub) {
    tell(
      `${target} is another domain's: its key says \`resolvable: false\` here.`,
      'Let the lookup stand in the domain that owns the entity.',
    );
    return;
  }
  if (isListType(field.type)) {
    checkList(domain, field, entity, lookup.maxKeys, tell);
  } else {
    checkOne(field, entity, tell);
    if (lookup.maxKeys !== undefined)
      tell(
        '`maxKeys` is given, but the lookup finds one entity.',
        'Take it away, or make the lookup a list.',
      );
  }
}

function checkOne(field: DraftField, entity: DraftEntity, tell: Tell): void {
  const expected = entity.joinKeys.map((key) => `${key.name}: ${typeText(key.type)}`).join(', ');
  const given = (field.node.arguments ?? []).map(argumentText);
  if (sameSet(given, expected === '' ? [] : expected.split(', '))) return;
  tell(
    `Expected the arguments to be exactly the key (${expected}), got (${given.join(', ')}).`,
    `Write \`${field.name}(${expected}): ${entity.name}\`.`,
  );
}

function checkList(
  domain: DraftDomain,
  field: DraftField,
  entity: DraftEntity,
  maxKeys: number | undefined,
  tell: Tell,
): void {
  if (maxKeys === undefined)
    tell('A lookup of many has no bound.', 'Add `maxKeys: …` to @lookup, such as 1000.');
  else if (maxKeys < 1 || maxKeys > MAX_KEYS_MAX)
    tell(`Expected \`maxKeys\` from 1 to ${MAX_KEYS_MAX}, got ${maxKeys}.`, 'Give a bound between these.');
  const list = field.type;
  if (list.kind === Kind.LIST_TYPE && isListType(list.type))
    tell(`Expected a list of ${entity.name}, got ${typeText(list)}.`, `Write [${entity.name}!].`);
  const args = field.node.arguments ?? [];
  const argument = args[0];
  const single = entity.joinKeys.length === 1 ? entity.joinKeys[0] : undefined;
  const keyType =
    single === undefined
      ? `${namedArgument(domain, argument) ?? `${entity.name}Key`}!`
      : typeText(single.type);
  if (args.length !== 1 || argument === undefined || typeText(argument.type) !== `[${keyType}]!`) {
    tell(
      `Expected one argument, a list of keys of type [${keyType}]!, got (${args.map(argumentText).join(', ')}).`,
      `Write \`${field.name}(keys: [${keyType}]!): [${entity.name}!]\`.`,
    );
    return;
  }
  if (single === undefined) checkInput(domain, argument.type, entity, tell);
}

/** The input that a list argument is made of, if it is one that the file defines. */
function namedArgument(
  domain: DraftDomain,
  argument: InputValueDefinitionNode | undefined,
): string | undefined {
  const name = argument === undefined ? undefined : namedTypeOf(argument.type);
  return name !== undefined && domain.inputs.has(name) ? name : undefined;
}

function checkInput(domain: DraftDomain, listType: TypeNode, entity: DraftEntity, tell: Tell): void {
  const input = domain.inputs.get(namedTypeOf(listType));
  if (input === undefined) return;
  const expected = entity.joinKeys.map((key) => `${key.name}: ${typeText(key.type)}`);
  const given = (input.fields ?? []).map(argumentText);
  if (sameSet(given, expected)) return;
  tell(
    `Expected the fields of ${input.name.value} to be exactly the key of ${entity.name} { ${expected.join(' ')} }, got { ${given.join(' ')} }.`,
    `Write \`input ${input.name.value} { ${expected.join(' ')} }\`.`,
  );
}

function argumentText(argument: InputValueDefinitionNode): string {
  return `${argument.name.value}: ${typeText(argument.type)}`;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}
