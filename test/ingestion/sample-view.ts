import type { FeatureType, ScalarName } from '../../src/core/feature-type.ts';
import { createLayout, viewId } from '../../src/registry/layout.ts';
import type { JoinKey, Registry, StoredFeature, View } from '../../src/registry/registry.ts';

/** Views made by hand: a test of ingestion names just the features it needs. */
export interface SampleViewOptions {
  readonly name?: string;
  readonly joinKeys?: readonly JoinKey[];
  readonly source?: string | null;
  readonly external?: string | null;
  /** Features with `onInvalid: NULL`. */
  readonly nulling?: readonly string[];
}

export function scalar(name: ScalarName, maxBytes = 256): FeatureType {
  return { kind: 'scalar', name, maxBytes };
}

export const TAIL: JoinKey = { name: 'tailnum', type: scalar('ID') };

export function sampleView(
  types: Readonly<Record<string, FeatureType>>,
  options: SampleViewOptions = {},
): View {
  const name = options.name ?? 'aircraft_facts';
  const layout = createLayout(Object.entries(types).map(([feature, type]) => ({ name: feature, type })));
  const features: StoredFeature[] = [];
  const view: View = {
    name,
    version: 1,
    id: viewId(name, 1),
    domain: 'fleet',
    entity: 'Aircraft',
    blockId: 'fleet.Aircraft',
    joinKeys: options.joinKeys ?? [TAIL],
    ttlMs: null,
    source: options.source ?? null,
    sourceMaxLagMs: null,
    availableAfterMs: 0,
    hot: 'ON_WRITE',
    external: options.external ?? null,
    features,
    layout,
  };
  layout.names.forEach((feature, index) => {
    features.push({
      field: feature,
      name: feature,
      view,
      index,
      type: layout.types[index] as FeatureType,
      defaultJson: null,
      onInvalid: options.nulling?.includes(feature) === true ? 'NULL' : 'REJECT',
      description: feature,
      tags: [],
    });
  });
  return view;
}

export function registryOf(...views: View[]): Registry {
  return { domains: [], blocks: new Map(), views: new Map(views.map((view) => [view.name, view])) };
}

/** One of every type. */
export const EVERY_TYPE: Readonly<Record<string, FeatureType>> = {
  anInt: scalar('Int'),
  aFloat: scalar('Float'),
  aString: scalar('String'),
  aBoolean: scalar('Boolean'),
  anId: scalar('ID'),
  aBigInt: scalar('BigInt'),
  aDecimal: scalar('Decimal'),
  aDateTime: scalar('DateTime'),
  aUuid: scalar('UUID'),
  aByte: scalar('Byte'),
  aJson: scalar('JSON'),
  anEnum: { kind: 'enum', name: 'Engine', values: ['TURBO_FAN', 'PISTON'] },
  aList: { kind: 'list', of: scalar('Int'), itemsNonNull: true, maxItems: 3 },
  aStruct: {
    kind: 'struct',
    name: 'Report',
    fields: [
      { name: 'windKn', type: scalar('Float'), nonNull: true },
      { name: 'observedAt', type: scalar('DateTime'), nonNull: false },
    ],
  },
  aVector: { kind: 'vector', dim: 3, element: 'F32' },
};

/** What one row of `EVERY_TYPE` is stored as; the vector as its numbers. */
export const EVERY_TYPE_JSON: Readonly<Record<string, string>> = {
  anInt: '-7',
  aFloat: '0.25',
  aString: '"a \\"quoted\\", two\\nlines – é"',
  aBoolean: 'true',
  anId: '"N102UW"',
  aBigInt: '"9007199254740993"',
  aDecimal: '"12.50"',
  aDateTime: '"2013-06-01T10:00:00.000Z"',
  aUuid: '"ef17e623-ab3c-49b1-a12c-5a31ffdd6807"',
  aByte: '"AAH/"',
  aJson: '{"k":[1,"x",null]}',
  anEnum: '"TURBO_FAN"',
  aList: '[1,2,3]',
  aStruct: '{"windKn":4.5,"observedAt":"2013-06-01T09:00:00.000Z"}',
  aVector: '[1,-0.5,3]',
};
