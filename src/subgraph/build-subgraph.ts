/** From one domain of the registry to an executable subgraph: default resolvers over row-backed entities. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql';
import type { Protections } from '../engine/protections.ts';
import { readProtections } from '../engine/read-protections.ts';
import type { ViewNeed } from '../features/block-plan.ts';
import type { EntityClass } from '../features/entity-class.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import { platformDefinitions } from '../registry/platform-definitions.ts';
import type { Domain, DomainCode, Lookup } from '../registry/registry.ts';
import { SCALARS } from '../registry/scalars.ts';
import type { NeedsOf } from './document-views.ts';
import { entitiesResolver } from './entities-resolver.ts';
import { addProbe } from './entity-probe.ts';
import { lookupResolver } from './lookup-resolver.ts';
import { referenceResolver } from './reference-resolver.ts';
import { SelectionViews } from './selection-views.ts';
import { needsOfTeamResolver, type TeamResolver, teamResolver } from './team-resolver.ts';

export interface SubgraphParts {
  readonly reader: FeatureReader;
  readonly domain: string;
  /** What `schema/<domain>.ts` exports as `resolvers`. */
  readonly resolvers?: DomainCode['resolvers'];
}

export interface Subgraph {
  readonly name: string;
  /** Of a small domain it is built when it is first asked for: of many domains, most seldom are. */
  readonly schema: GraphQLSchema;
  /** Plain Federation 2 SDL, as `_service` answers it and composition takes it. */
  readonly federatedSdl: string;
  readonly reader: FeatureReader;
  readonly needsOf: NeedsOf;
  /** What its fields need to be seen. */
  readonly protections: Protections;
  readonly lookups: ReadonlyMap<string, Lookup>;
  readonly classes: ReadonlyMap<string, EntityClass>;
  isFeature(typeName: string, fieldName: string): boolean;
  /** Whether a team's own code answers the field. */
  isTeams(typeName: string, fieldName: string): boolean;
}

type Resolver = GraphQLFieldResolver<unknown, never, never>;
type ResolverMap = Record<string, Record<string, Resolver>>;
type Team = Readonly<Record<string, Readonly<Record<string, TeamResolver>>>>;
type Classes = ReadonlyMap<string, EntityClass>;

const NO_NEEDS: readonly ViewNeed[] = [];

/** @throws {Error} when the domain is unknown or its SDL is not a valid schema: the registry lets neither pass. */
export function buildSubgraph({ reader, domain: name, resolvers = {} }: SubgraphParts): Subgraph {
  const domain = reader.registry.domains.find((candidate) => candidate.name === name);
  if (domain === undefined) throw new Error(`There is no domain ${name} in the registry.`);
  const classes = new Map(
    [...domain.entities.keys()].map((entity) => [entity, reader.classOf(name, entity)]),
  );
  const team = resolvers as Team;
  const needsOf = needsBy(classes, team);
  const selections = new SelectionViews(needsOf);
  const build = (): GraphQLSchema => buildSchema(domain, team, classes, selections);
  let schema = mayBeBuiltLater(domain, team) ? null : build();
  return {
    name,
    get schema() {
      schema ??= build();
      return schema;
    },
    federatedSdl: domain.federatedSdl,
    reader,
    needsOf,
    protections: readProtections(domain.document),
    lookups: domain.lookups,
    classes,
    isFeature: (typeName, fieldName) => classes.get(typeName)?.isFeature(fieldName) ?? false,
    isTeams: (typeName, fieldName) => team[typeName]?.[fieldName] !== undefined,
  };
}

/** Whoever is served at that time waits for it: some 30 ms for so many. */
const FIELDS_LATER_MAX = 1000;

/**
 * The registry has held what an author writes to the platform's header; of another header, and of a team's code, only
 * building shows that they fit.
 */
function mayBeBuiltLater({ document }: Domain, team: Team): boolean {
  if (!document.definitions.includes(platformDefinitions.header) || Object.keys(team).length > 0)
    return false;
  const fields = document.definitions.map((one) => ('fields' in one ? (one.fields?.length ?? 0) : 0));
  return fields.reduce((sum, count) => sum + count, 0) <= FIELDS_LATER_MAX;
}

function buildSchema(
  domain: Domain,
  team: Team,
  classes: Classes,
  selections: SelectionViews,
): GraphQLSchema {
  const { document } = domain;
  const schema = buildSubgraphSchema([
    {
      typeDefs: document,
      resolvers: { ...scalarsOf(document), ...ownResolvers(domain, classes, selections) },
    },
  ] as Parameters<typeof buildSubgraphSchema>[0]);
  attachTeamResolvers(schema, team, classes, selections);
  for (const [typeName, { entity }] of classes) {
    const type = schema.getType(typeName);
    if (isObjectType(type) && entity.features.size + entity.onDemand.size + entity.references.size > 0)
      addProbe(type);
  }
  return schema;
}

function needsBy(classes: Classes, team: Team): NeedsOf {
  const ofTeam = new Map<string, readonly ViewNeed[]>();
  for (const [typeName, fields] of Object.entries(team)) {
    const entityClass = classes.get(typeName);
    if (entityClass === undefined) continue;
    for (const [field, resolver] of Object.entries(fields))
      ofTeam.set(`${typeName}.${field}`, needsOfTeamResolver(resolver, entityClass));
  }
  return (typeName, fieldName) => {
    const entityClass = classes.get(typeName);
    if (entityClass === undefined) return NO_NEEDS;
    return ofTeam.get(`${typeName}.${fieldName}`) ?? entityClass.needsOf(fieldName);
  };
}

function ownResolvers(domain: Domain, classes: Classes, selections: SelectionViews): ResolverMap {
  const map: ResolverMap = {};
  const query: Record<string, Resolver> = {};
  for (const lookup of domain.lookups.values()) {
    const entityClass = classes.get(lookup.entity);
    if (entityClass !== undefined)
      query[lookup.field] = lookupResolver(lookup, entityClass, selections) as Resolver;
  }
  if (classes.size > 0) query._entities = entitiesResolver(classes, selections) as Resolver;
  map.Query = query;
  for (const [typeName, { entity }] of classes) {
    for (const reference of entity.references.values()) {
      const target = classes.get(reference.target);
      if (target === undefined || target.allNeeds.length === 0) continue;
      map[typeName] ??= {};
      map[typeName][reference.field] = referenceResolver(target, selections) as Resolver;
    }
  }
  return map;
}

function attachTeamResolvers(
  schema: GraphQLSchema,
  team: Team,
  classes: Classes,
  selections: SelectionViews,
): void {
  for (const [typeName, fields] of Object.entries(team)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`There is a resolver for ${typeName}, which is no object type.`);
    for (const [fieldName, resolver] of Object.entries(fields)) {
      const field = type.getFields()[fieldName];
      if (field === undefined)
        throw new Error(`There is a resolver for ${typeName}.${fieldName}, which is no field.`);
      const isEntity = classes.has(getNamedType(field.type).name);
      field.resolve = teamResolver(resolver, selections, isEntity) as typeof field.resolve & {};
    }
  }
}

/** The platform's scalars that the document defines. */
function scalarsOf(document: DocumentNode): Record<string, unknown> {
  const scalars: Record<string, unknown> = {};
  for (const definition of document.definitions) {
    if (definition.kind !== 'ScalarTypeDefinition') continue;
    const scalar = SCALARS[definition.name.value];
    if (scalar !== undefined) scalars[definition.name.value] = scalar;
  }
  return scalars;
}
