/** Why Hive's runtime answers some cases otherwise than one schema over the same data does. */
export const HIVE = {
  nullInput: 'Hive leaves a null input out of the representation; the subgraph then has no input at all.',
  mixedInputs: 'Hive sends an input with the arguments, or the alias, that another field asked for.',
  endsProcess: 'Hive’s planner ends the process on inputs that differ in arguments alone: not asked.',
  silentNull: 'Hive tells no error of a value or an object that clients may not see.',
  listInput: 'Hive sends null for the objects in a list whose parts are inputs.',
  noType: 'Hive does not find out which type stands behind an interface object of another entity.',
  forgottenTypes: 'Hive asks an interface object for fields of only one of the types that are asked for.',
  refused:
    'Hive’s planner refuses it; here it is planned in parts, or with subgraphs named in another order.',
  lateEntities: 'Hive completes what a mutation gives after the next mutation has changed it.',
  lostValue: 'Hive loses a value of one type where another type’s field of that name can be null.',
} as const;
