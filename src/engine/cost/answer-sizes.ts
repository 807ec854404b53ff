/** How many bytes an answer takes at most, place by place, by the types of what the client has selected. */
import { featureWidthBytes, leafWidthBytes, listWidthBytes } from '../../tenancy/cost/answer-width.ts';
import type { CostModel } from '../../tenancy/cost/cost-model.ts';
import { LIST_SIZE_DEFAULT } from '../../tenancy/cost/list-sizes.ts';
import type { FieldTable, ProjectedField, Selection, Shape } from '../interpreted/projection-table.ts';
import type { PlaceCost, PlaceCount } from './place-cost.ts';
import { shownPath } from './plan-costs.ts';

/** `"":,` around a key and its value. */
const MEMBER_BYTES = 4;
/** And the comma behind. */
const BRACES_BYTES = 3;
const NULL_BYTES = 4;

/** @param countAt how many objects stand at a path of the merged tree. */
export function findAnswerSizes(
  root: Selection,
  model: CostModel,
  countAt: (path: string) => PlaceCount,
): PlaceCost[] {
  const sizes = new AnswerSizes(model, countAt);
  return sizes.of(root, '');
}

class AnswerSizes {
  readonly #model: CostModel;
  readonly #countAt: (path: string) => PlaceCount;

  constructor(model: CostModel, countAt: (path: string) => PlaceCount) {
    this.#model = model;
    this.#countAt = countAt;
  }

  /** The largest of the types that may stand there. */
  of(selection: Selection, path: string): PlaceCost[] {
    let largest: PlaceCost[] = [];
    let most = -1;
    for (const table of selection.allTables()) {
      const places = this.#ofTable(table, path);
      const bytes = places.reduce((sum, place) => sum + place.count.factor * place.bytes, 0);
      if (bytes > most) [largest, most] = [places, bytes];
    }
    return largest;
  }

  #ofTable({ fields }: FieldTable, path: string): PlaceCost[] {
    const below: PlaceCost[] = [];
    let bytes = BRACES_BYTES;
    for (const field of fields) {
      bytes += field.responseKey.length + MEMBER_BYTES;
      const { shape, isList } = innermost(field.shape);
      if (shape.kind === 'object') {
        const before = path === '' ? '' : `${path}.`;
        below.push(...this.of(shape.selection, `${before}${field.sourceKey}${isList ? '[]' : ''}`));
        bytes += NULL_BYTES;
      } else bytes += this.#widthBytes(field);
    }
    const own: PlaceCost = {
      ...{ path: shownPath(path), count: this.#countAt(path), bytes, values: fields.length },
      ...{ blocks: 0, transforms: 0, foreignEntities: 0, weight: 0 },
    };
    return [own, ...below];
  }

  #widthBytes({ coordinate, subgraph, shape }: ProjectedField): number {
    const { prices, lists } = this.#model;
    const [type = '', field = ''] = coordinate.split('.');
    const price = subgraph === null ? null : prices.priceOf(subgraph, type, field);
    if (price !== null && price.type !== null) return featureWidthBytes(price.type, price.isStored);
    return shapeBytes(shape, lists.assumedSizes.get(coordinate) ?? LIST_SIZE_DEFAULT);
  }
}

function shapeBytes(shape: Shape, items: number): number {
  switch (shape.kind) {
    case 'list':
      return listWidthBytes(shapeBytes(shape.of, items), items);
    case 'leaf':
      return leafWidthBytes(shape.name);
    case 'constant':
      return shape.value.length + 2;
    default:
      return NULL_BYTES;
  }
}

function innermost(shape: Shape): { readonly shape: Shape; readonly isList: boolean } {
  return shape.kind === 'list'
    ? { shape: innermost(shape.of).shape, isList: true }
    : { shape, isList: false };
}
