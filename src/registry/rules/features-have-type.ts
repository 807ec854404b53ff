import type { DraftDomain, DraftField } from '../draft.ts';
import { featureTypeOf, isListType } from '../resolve-type.ts';
import { entitiesOf, type Report, type Rule } from './rule.ts';

/** A feature's type can be stored, and its size has a bound that was written down. */
export const featuresHaveType: Rule = {
  name: 'features-have-type',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const field of entity.type.fields.values()) {
        if (field.feature === undefined && field.onDemand === undefined) continue;
        checkType(domain, field, report);
        if (field.vector !== undefined) checkVector(domain, field, field.vector, report);
        if (field.feature !== undefined) checkFeature(domain, field, report);
      }
    }
  },
};

/** Longest vector, in elements: a larger one could not stand in a block of its own. */
const VECTOR_DIM_MAX = 16_000;
/** Most items of a list; the block's bound decides before in most cases. */
const ITEMS_MAX = 65_536;
const ON_INVALID_WORDS = ['REJECT', 'NULL'];

function checkType(domain: DraftDomain, field: DraftField, report: Report): void {
  const resolved = featureTypeOf(domain, field);
  if (resolved === null) return;
  if ('problem' in resolved) {
    report(domain, field.node.type, {
      coordinate: field.coordinate,
      message: resolved.problem,
      mend: resolved.mend,
    });
  } else if (field.vector !== undefined && resolved.type.kind !== 'vector') {
    report(domain, field.vector.node, {
      coordinate: field.coordinate,
      message: '@vector is on a field whose type is not Vector.',
      mend: 'Make the type Vector, or take @vector away.',
    });
  }
}

function checkVector(
  domain: DraftDomain,
  field: DraftField,
  vector: NonNullable<DraftField['vector']>,
  report: Report,
): void {
  if (vector.dim < 1 || vector.dim > VECTOR_DIM_MAX) {
    report(domain, vector.node, {
      coordinate: field.coordinate,
      message: `Expected \`dim\` from 1 to ${VECTOR_DIM_MAX}, got ${vector.dim}.`,
      mend: 'Give the length of the vectors.',
    });
  }
  if (vector.element !== 'F32') {
    report(domain, vector.node, {
      coordinate: field.coordinate,
      message: `Expected \`element\` to be "F32", got ${JSON.stringify(vector.element)}.`,
      mend: 'Write "F32", or leave it out.',
    });
  }
}

function checkFeature(domain: DraftDomain, field: DraftField, report: Report): void {
  const { feature } = field;
  if (feature === undefined) return;
  const tell = (message: string, mend: string) =>
    report(domain, feature.node, { coordinate: field.coordinate, message, mend });
  const isList = isListType(field.type);
  if (isList && feature.maxItems === undefined)
    tell('A list feature has no bound.', 'Add `maxItems: …` to @feature.');
  if (!isList && feature.maxItems !== undefined)
    tell('`maxItems` is given, but the type is no list.', 'Take `maxItems` away, or make the type a list.');
  if (isList && feature.maxItems !== undefined && (feature.maxItems < 1 || feature.maxItems > ITEMS_MAX))
    tell(`Expected \`maxItems\` from 1 to ${ITEMS_MAX}, got ${feature.maxItems}.`, 'Give a bound.');
  if (feature.maxBytes < 1)
    tell(`Expected \`maxBytes\` of 1 or more, got ${feature.maxBytes}.`, 'Give a bound.');
  if (!ON_INVALID_WORDS.includes(feature.onInvalid))
    tell(
      `Expected \`onInvalid\` to be REJECT or NULL, got ${JSON.stringify(feature.onInvalid)}.`,
      'Use one of these words.',
    );
  if ((field.node.arguments?.length ?? 0) > 0)
    tell(
      'A stored feature has arguments, which nothing would look at.',
      'Take them away, or compute the value with @onDemand.',
    );
}
