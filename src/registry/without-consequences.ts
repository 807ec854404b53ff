/**
 * One mistake, one finding: where GraphQL itself does not understand a field or a directive, what other rules say of
 * the same place only follows from that.
 */
import type { ASTNode, DirectiveNode, FieldDefinitionNode, Location } from 'graphql';
import type { DraftDomain } from './draft.ts';
import type { ProblemText } from './rules/rule.ts';

/** What a rule has found, before it has a line. */
export interface Finding {
  readonly rule: string;
  readonly domain: DraftDomain;
  readonly node: ASTNode | undefined;
  readonly text: ProblemText;
}

/** The rules that tell what cannot be understood. */
const FIRST: ReadonlySet<string> = new Set(['valid-sdl', 'directive-arguments']);
/** What they tell is so however the rest is mended. */
const OF_THEIR_OWN: ReadonlySet<string> = new Set(['features-are-described', 'names-have-casing']);

export function withoutConsequences(findings: readonly Finding[]): readonly Finding[] {
  const first = findings.filter(({ rule }) => FIRST.has(rule));
  if (first.length === 0) return findings;
  return findings.filter(
    (finding) =>
      FIRST.has(finding.rule) ||
      OF_THEIR_OWN.has(finding.rule) ||
      !first.some((one) => one.domain === finding.domain && (isAt(one, finding) || isCauseOf(one, finding))),
  );
}

/** In one field, or in one directive of a type. */
function isAt(first: Finding, { node, domain }: Finding): boolean {
  const [start, other] = [startOf(first.node, domain), startOf(node, domain)];
  return start !== undefined && other !== undefined && isIn(placeAt(domain, start), other);
}

/** What is not understood may have declared the view, the key or the field that another place misses. */
function isCauseOf({ domain, text: { coordinate: unclear } }: Finding, { rule, text }: Finding): boolean {
  const [type = '', field] = unclear.split('.');
  const [otherType, otherField] = text.coordinate.split('.');
  if (type !== otherType) return false;
  switch (rule) {
    case 'views-are-used':
      return (field === undefined) === (otherField !== undefined);
    case 'requires-are-external':
      return field !== undefined;
    case 'on-demand-inputs-exist':
    case 'references-fit':
    case 'transforms-fit':
      return field === undefined
        ? domain.entities.get(type)?.isKeyKnown === false
        : text.message.includes(`"${field}"`) || text.message.includes(unclear);
    default:
      return false;
  }
}

function startOf(node: ASTNode | undefined, domain: DraftDomain): number | undefined {
  return node?.loc?.source.name === domain.file ? node.loc.start : undefined;
}

interface Part {
  readonly directives?: readonly DirectiveNode[];
  readonly fields?: readonly Pick<FieldDefinitionNode, 'loc'>[];
}

/** @returns the field, or the directive of a type, that stands there; nothing else can be told apart. */
function placeAt({ authored }: DraftDomain, start: number): Location | undefined {
  for (const definition of authored.definitions) {
    if (!isIn(definition.loc, start)) continue;
    const { directives = [], fields = [] } = definition as Part;
    return [...directives, ...fields].find(({ loc }) => isIn(loc, start))?.loc;
  }
  return undefined;
}

function isIn(place: Location | undefined, start: number): boolean {
  return place !== undefined && place.start <= start && start < place.end;
}
