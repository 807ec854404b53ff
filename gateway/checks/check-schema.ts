/** Whether what a team has written may be merged: with everybody's files, and with every operation that is stored. */
import { parse, Source } from 'graphql';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import type { DomainSource } from '../../src/registry/domain-source.ts';
import { findHints } from '../../src/registry/hints/find-hints.ts';
import type { HintedSubgraph } from '../../src/registry/hints/hint.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { composeSupergraph, type SubgraphDefinition, type Supergraph } from '../compose.ts';
import { brokenOperation, compareGraphs, type GraphState } from './compare-graphs.ts';
import { compositionFindings } from './composition-findings.ts';
import { compareFindings, type Finding } from './finding.ts';
import type { StoredOperations } from './stored-operations.ts';

/** A subgraph from elsewhere: plain Federation SDL, to which no rule of ours applies. */
export interface ForeignSubgraph {
  readonly name: string;
  readonly file: string;
  readonly url: string;
  readonly sdl: string;
}

export interface SchemaFiles {
  readonly domains: readonly DomainSource[];
  readonly foreign: readonly ForeignSubgraph[];
}

export interface CheckInput {
  /** What is to be merged. */
  readonly candidate: SchemaFiles;
  /** What is live: of everybody, the candidate's older files among them. `null`: nothing is. */
  readonly published: SchemaFiles | null;
  /** `null`: not known. */
  readonly operations: StoredOperations | null;
}

export interface CheckReport {
  /** Whether it may merge. */
  readonly ok: boolean;
  /** The gravest first. */
  readonly findings: readonly Finding[];
  /** `null` where it does not compile or compose. */
  readonly graph: { readonly registry: Registry; readonly supergraph: Supergraph } | null;
}

export async function checkSchema({ candidate, published, operations }: CheckInput): Promise<CheckReport> {
  const after = readState(withOthers(candidate, published), new Set(namesOf(candidate)));
  if ('findings' in after) return reportOf(after.findings, null);
  const findings = hintsOf(after);
  const before = published === null ? null : readState(published, new Set());
  if (before !== null && 'findings' in before) findings.push(...incomparable(before.findings));
  else if (before !== null) findings.push(...(await compareGraphs(before, after, operations)));
  else findings.push(...unservable(after, operations));
  // What changes nothing for anybody is for `diff` to tell.
  return reportOf(
    findings.filter(({ level }) => level !== 'NOTE'),
    after,
  );
}

export interface DiffInput {
  readonly before: SchemaFiles;
  readonly candidate: SchemaFiles;
  /** Whether domains that `before` alone has stay as they are; else they are gone. */
  readonly keepOthers: boolean;
  readonly operations: StoredOperations | null;
}

/** What changed, harmless things included; where one of the two does not compile or compose, what is wrong with it. */
export async function diffSchemas({
  before,
  candidate,
  keepOthers,
  operations,
}: DiffInput): Promise<Finding[]> {
  const after = keepOthers ? withOthers(candidate, before) : candidate;
  const [old, now] = [readState(before, new Set()), readState(after, new Set(namesOf(candidate)))];
  if ('findings' in old) return old.findings;
  return 'findings' in now ? now.findings : compareGraphs(old, now, operations);
}

/** The other domains are as they are published; the candidate's own files take their older ones' place. */
export function withOthers(candidate: SchemaFiles, published: SchemaFiles | null): SchemaFiles {
  const own = new Set(namesOf(candidate));
  const isOther = ({ name }: { readonly name: string }): boolean => !own.has(name);
  return {
    // The others first: where two files say the same thing, it is the later one that is told.
    domains: [...(published?.domains.filter(isOther) ?? []), ...candidate.domains],
    foreign: [...(published?.foreign.filter(isOther) ?? []), ...candidate.foreign],
  };
}

function namesOf({ domains, foreign }: SchemaFiles): string[] {
  return [...domains, ...foreign].map(({ name }) => name);
}

function readState(
  { domains, foreign }: SchemaFiles,
  candidates: ReadonlySet<string>,
): GraphState | { readonly findings: Finding[] } {
  const { registry, problems } = compileRegistry(domains);
  if (registry === null)
    return { findings: problems.map((problem) => ({ level: 'ERROR', ...problem, operations: [] })) };
  const composition = composeSupergraph([
    ...registry.domains.map(({ name, federatedSdl }) => ownDefinition(name, federatedSdl)),
    ...foreign.map(({ name, url, sdl }) => ({ name, url, sdl })),
  ]);
  const files = [...domains, ...foreign].flatMap(({ name, file, sdl }) =>
    hintedFile(name, file, sdl, candidates.has(name)),
  );
  return composition.ok
    ? { registry, supergraph: composition.supergraph, files }
    : { findings: compositionFindings(composition.problems, files) };
}

function ownDefinition(name: string, sdl: string): SubgraphDefinition {
  return { name, url: `in-process:${name}`, sdl };
}

/** Nothing for a file that is not GraphQL, which composition tells. */
function hintedFile(name: string, file: string, sdl: string, isCandidate: boolean): HintedSubgraph[] {
  try {
    return [{ name, file, document: parse(new Source(sdl, file)), isCandidate }];
  } catch {
    return [];
  }
}

function hintsOf({ files }: GraphState): Finding[] {
  return findHints(files).map((hint) => ({ level: 'HINT', ...hint, operations: [] }));
}

/** Rules grow: what was published under older ones may not pass today's, and is no fault of the candidate. */
function incomparable(findings: readonly Finding[]): Finding[] {
  return findings.slice(0, 1).map((first) => ({
    ...first,
    level: 'WARNING',
    rule: 'PUBLISHED_UNREADABLE',
    message: `What is published does not pass (${first.rule}: ${first.message}), so nothing could be compared with it.`,
    mend: 'Publish a version that passes.',
  }));
}

function unservable({ supergraph }: GraphState, operations: StoredOperations | null): Finding[] {
  const broken = operations?.broken(null, supergraph.apiSchema) ?? [];
  return broken.map(({ id, names, reasons }) => brokenOperation(id, names, reasons));
}

function reportOf(findings: readonly Finding[], graph: CheckReport['graph']): CheckReport {
  return {
    ok: findings.every(({ level }) => level !== 'ERROR'),
    findings: findings.toSorted(compareFindings),
    graph,
  };
}
