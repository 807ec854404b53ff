/** Why an operation is executed the interpreted way. The code is a metric's label, the text is for people. */
export const REASONS = {
  SUBGRAPH_HERE: 'a subgraph runs in this process and answers objects, not bytes',
  SUBGRAPH_ELSEWHERE: 'one subgraph runs in this process, another elsewhere',
  TEAM_RESOLVER: 'a team answers a field by code of its own',
  OTHER_KEYS: 'two domains know an entity by different keys',
  NOT_A_QUERY: 'it is not a query',
  NOTHING_FETCHED: 'no subgraph is asked',
  INTROSPECTION: 'it asks for the schema',
  CONDITION: 'its plan decides by a variable',
  STATUSES: 'statuses of values travel with them',
  ABSTRACT_TYPE: 'objects of several types may stand at one place',
  NESTED_LISTS: 'it looks into objects in lists of lists',
  REWRITE: 'its plan renames or sets values on the way',
  HIDDEN_PLACE: 'entities stand where the client does not look',
  SEVERAL_SOURCES: 'two fetches answer one field',
  DENIED: 'the asker may not see all of it',
  NESTED_INPUTS: 'a subgraph is sent objects of another',
  OTHER: 'its plan has a shape that is not compiled',
  /** At execution: */
  CUSTOMIZED: 'the tenant has defaults or transforms of its own',
  NOT_PLAIN: 'an answer had errors, or was not what was asked for to the byte',
} as const;

export type Reason = keyof typeof REASONS;

/** Thrown while a program is made, caught where it is begun. */
export class NotCompiled extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(REASONS[reason]);
    this.reason = reason;
  }
}
