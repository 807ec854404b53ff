import { type DocumentNode, GraphQLError, type ParseOptions, parse, Source } from 'graphql';
import { buildRegistry } from './build-registry.ts';
import type { DomainSource } from './domain-source.ts';
import type { DraftDomain } from './draft.ts';
import { draftDomain } from './draft-domain.ts';
import type { Registry } from './registry.ts';
import { ALL_RULES } from './rules/all-rules.ts';
import { compareProblems, positionOf, type SchemaProblem } from './schema-problem.ts';
import { type Finding, withoutConsequences } from './without-consequences.ts';

/** What comes of compiling: one registry, or what is wrong. Nothing here knows a rule or a table by itself. */
export type CompiledRegistry =
  | { readonly registry: Registry; readonly problems: readonly [] }
  | { readonly registry: null; readonly problems: readonly SchemaProblem[] };

/**
 * From all domains' files to one registry, or to everything that is wrong with any of them, in the order of
 * files and lines. A file that cannot be parsed hides only its own further problems.
 */
export function compileRegistry(sources: readonly DomainSource[]): CompiledRegistry {
  // Places hold several times the memory of the nodes themselves, and only problems need them: then it is read again.
  const compiled = compile(sources, { noLocation: true });
  return compiled.registry === null ? compile(sources, { noLocation: false }) : compiled;
}

function compile(sources: readonly DomainSource[], options: ParseOptions): CompiledRegistry {
  const problems: SchemaProblem[] = sources.flatMap((source) => source.problems ?? []);
  const drafts: DraftDomain[] = [];
  for (const source of sources) {
    const parsed = parseSource(source, options);
    if ('document' in parsed) drafts.push(draftDomain(source, parsed.document));
    else problems.push(parsed.problem);
  }
  if (sources.length === 0) problems.push(NO_DOMAINS);
  const findings: Finding[] = [];
  for (const rule of ALL_RULES) {
    rule.check(drafts, (domain, node, text) => findings.push({ rule: rule.name, domain, node, text }));
  }
  problems.push(...withoutConsequences(findings).map(locate));
  if (problems.length > 0) return { registry: null, problems: problems.sort(compareProblems) };
  return { registry: buildRegistry(drafts), problems: [] };
}

function parseSource(
  source: DomainSource,
  options: ParseOptions,
): { document: DocumentNode } | { problem: SchemaProblem } {
  try {
    return { document: parse(new Source(source.sdl, source.file), options) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const at = error.locations?.[0];
    return {
      problem: {
        rule: 'syntax',
        domain: source.name,
        file: source.file,
        line: at?.line ?? 0,
        column: at?.column ?? 0,
        coordinate: '',
        message: `The file is not GraphQL: ${error.message.replace(/^Syntax Error: /, '')}`,
        mend: 'Look at this line and the one before it: a bracket, brace or quote may be missing.',
      },
    };
  }
}

const NO_DOMAINS: SchemaProblem = {
  rule: 'no-domains',
  domain: '',
  file: '',
  line: 0,
  column: 0,
  coordinate: '',
  message: 'There is no domain: the folder has no .graphql file.',
  mend: 'Write a file such as schema/fleet.graphql.',
};

function locate({ rule, domain, node, text }: Finding): SchemaProblem {
  // A node of the platform's own text has lines of another file.
  const loc = node?.loc?.source.name === domain.file ? node.loc : undefined;
  return { rule, domain: domain.name, file: domain.file, ...positionOf(loc), ...text };
}
