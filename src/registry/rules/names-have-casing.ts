import type { NameNode } from 'graphql';
import { NAME_MAX_BYTES } from '../../core/bounds.ts';
import type { DraftDomain } from '../draft.ts';
import type { Report, Rule } from './rule.ts';

/** Names have the vocabulary's casing, so that one thing is written one way in SDL, files, metrics and answers. */
export const namesHaveCasing: Rule = {
  name: 'names-have-casing',
  check(domains, report) {
    for (const domain of domains) {
      checkDomainName(domain, report);
      checkTypes(domain, report);
      checkViews(domain, report);
    }
  },
};

interface Casing {
  readonly pattern: RegExp;
  readonly name: string;
  readonly example: string;
}
const PASCAL: Casing = { pattern: /^[A-Z][A-Za-z0-9]*$/, name: 'PascalCase', example: 'Aircraft' };
const CAMEL: Casing = { pattern: /^[a-z][A-Za-z0-9]*$/, name: 'camelCase', example: 'legs24h' };
const SNAKE: Casing = { pattern: /^[a-z][a-z0-9_]*$/, name: 'snake_case', example: 'aircraft_usage_24h' };
const SCREAMING: Casing = { pattern: /^[A-Z][A-Z0-9_]*$/, name: 'SCREAMING_SNAKE', example: 'TURBO_FAN' };
const KEBAB: Casing = { pattern: /^[a-z][a-z0-9-]*$/, name: 'kebab-case', example: 'fleet' };
const COLUMN: Casing = {
  pattern: /^[A-Za-z][A-Za-z0-9_]*$/,
  name: 'letters, digits and _',
  example: 'legs_24h',
};
const SOURCE: Casing = {
  pattern: /^[A-Za-z][A-Za-z0-9_.-]*$/,
  name: 'letters, digits, _ . and -',
  example: 'flights',
};

function checkDomainName(domain: DraftDomain, report: Report): void {
  const wrong = wrongInName(domain.name, KEBAB);
  if (wrong === undefined) return;
  report(domain, undefined, {
    coordinate: '',
    message: `The domain's name is the file's: ${wrong}`,
    mend: `Rename the file: ${KEBAB.name}, as in "${KEBAB.example}.graphql".`,
  });
}

function checkTypes(domain: DraftDomain, report: Report): void {
  const check = (node: NameNode, casing: Casing, coordinate: string, what: string) => {
    const wrong = wrongInName(node.value, casing);
    if (wrong === undefined) return;
    report(domain, node, {
      coordinate,
      message: `The ${what}'s name: ${wrong}`,
      mend: `Rename it, as in "${casing.example}".`,
    });
  };
  for (const type of domain.types.values()) {
    check(type.nameNode, PASCAL, type.name, 'type');
    for (const field of type.fields.values()) {
      check(field.node.name, CAMEL, field.coordinate, 'field');
      for (const argument of field.node.arguments ?? [])
        check(argument.name, CAMEL, `${field.coordinate}(${argument.name.value}:)`, 'argument');
    }
  }
  for (const input of domain.inputs.values()) {
    check(input.name, PASCAL, input.name.value, 'input');
    for (const field of input.fields ?? [])
      check(field.name, CAMEL, `${input.name.value}.${field.name.value}`, 'field');
  }
  for (const node of domain.enums.values()) {
    check(node.name, PASCAL, node.name.value, 'enum');
    for (const value of node.values ?? [])
      check(value.name, SCREAMING, `${node.name.value}.${value.name.value}`, 'value');
  }
}

function checkViews(domain: DraftDomain, report: Report): void {
  for (const entity of domain.entities.values()) {
    for (const view of entity.views) {
      const named: readonly (readonly [string, string | undefined, Casing])[] = [
        ['name', view.name, SNAKE],
        ['block', view.block, SNAKE],
        ['source', view.source, SOURCE],
        ['external', view.external, SOURCE],
      ];
      for (const [argument, name, casing] of named) {
        const wrong = name === undefined ? undefined : wrongInName(name, casing);
        if (wrong === undefined) continue;
        report(domain, view.node, {
          coordinate: entity.name,
          message: `@view(${argument}:): ${wrong}`,
          mend: `Rename it, as in "${casing.example}".`,
        });
      }
    }
    for (const field of entity.type.fields.values()) {
      const wrong = field.feature === undefined ? undefined : wrongInName(field.feature.name, COLUMN);
      if (field.feature === undefined || wrong === undefined) continue;
      report(domain, field.feature.node, {
        coordinate: field.coordinate,
        message: `@feature(name:): ${wrong}`,
        mend: `Rename it, as in "${COLUMN.example}".`,
      });
    }
  }
}

function wrongInName(name: string, casing: Casing): string | undefined {
  if (!casing.pattern.test(name)) return `expected ${casing.name}, got ${JSON.stringify(name)}.`;
  if (Buffer.byteLength(name) > NAME_MAX_BYTES)
    return `expected at most ${NAME_MAX_BYTES} bytes, got ${Buffer.byteLength(name)}.`;
  return undefined;
}
