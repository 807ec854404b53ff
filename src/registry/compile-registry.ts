import { GraphQLError, parse } from 'graphql';
import { buildRegistry } from './build-registry.ts';
import type { DomainSource } from './domain-source.ts';
import type { DraftDomain } from './draft.ts';
import { draftDomain } from './draft-domain.ts';
import type { Registry } from './registry.ts';
import { ALL_RULES } from './rules/all-rules.ts';
import type { Report } from './rules/rule.ts';
import { compareProblems, positionOf, type SchemaProblem } from './schema-problem.ts';

export type CompileResult =
  | { readonly registry: Registry; readonly problems: readonly [] }
  | { readonly registry: null; readonly problems: readonly SchemaProblem[] };

/** From all domains' files to the registry, or to every problem of every file, in the order of their places. */
export function compileRegistry(sources: readonly DomainSource[]): CompileResult {
  const problems: SchemaProblem[] = sources.flatMap((source) => source.problems ?? []);
  const drafts: DraftDomain[] = [];
  for (const source of sources) {
    try {
      drafts.push(draftDomain(source, parse(source.sdl)));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      problems.push(syntaxProblem(source, error));
    }
  }
  for (const rule of ALL_RULES) {
    const report: Report = (domain, node, { coordinate, message, mend }) => {
      problems.push({
        rule: rule.name,
        domain: domain.name,
        file: domain.file,
        ...positionOf(node?.loc),
        coordinate,
        message,
        mend,
      });
    };
    rule.check(drafts, report);
  }
  if (problems.length > 0) return { registry: null, problems: problems.sort(compareProblems) };
  return { registry: buildRegistry(drafts), problems: [] };
}

function syntaxProblem(source: DomainSource, error: GraphQLError): SchemaProblem {
  const { line, column } = error.locations?.[0] ?? { line: 0, column: 0 };
  const place = { rule: 'syntax', domain: source.name, file: source.file, line, column, coordinate: '' };
  return {
    ...place,
    message: error.message,
    mend: 'Write the definition as GraphQL expects it at this place.',
  };
}
