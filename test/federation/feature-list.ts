/** The features, one folder each. */

import { abstractTypes } from './abstract-types/graph.ts';
import { conditions } from './conditions/graph.ts';
import { directives } from './directives/graph.ts';
import { distributedTypes } from './distributed-types/graph.ts';
import type { Feature } from './feature.ts';
import { inaccessible } from './inaccessible/graph.ts';
import { inputsInCircles } from './inputs-in-circles/graph.ts';
import { interfaceObject } from './interface-object/graph.ts';
import { interfaceObjectCircles } from './interface-object-circles/graph.ts';
import { interfaceObjectInputs } from './interface-object-inputs/graph.ts';
import { intersections } from './intersections/graph.ts';
import { keys } from './keys/graph.ts';
import { keysMixed } from './keys-mixed/graph.ts';
import { mutations } from './mutations/graph.ts';
import { mutationsInputs } from './mutations-inputs/graph.ts';
import { nullability } from './nullability/graph.ts';
import { override } from './override/graph.ts';
import { overrideShares } from './override-shares/graph.ts';
import { partialUnions } from './partial-unions/graph.ts';
import { provides } from './provides/graph.ts';
import { providesNested } from './provides-nested/graph.ts';
import { requiresArguments } from './requires-arguments/graph.ts';
import { requiresFragments } from './requires-fragments/graph.ts';
import { requiresNested } from './requires-nested/graph.ts';
import { shareable } from './shareable/graph.ts';
import { sharedRoots } from './shared-roots/graph.ts';
import { typenames } from './typenames/graph.ts';

export const FEATURES: readonly Feature[] = [
  keys,
  requiresArguments,
  requiresFragments,
  requiresNested,
  provides,
  override,
  interfaceObject,
  shareable,
  intersections,
  partialUnions,
  abstractTypes,
  inaccessible,
  mutations,
  conditions,
  directives,
  overrideShares,
  distributedTypes,
  inputsInCircles,
  interfaceObjectCircles,
  interfaceObjectInputs,
  keysMixed,
  mutationsInputs,
  nullability,
  providesNested,
  sharedRoots,
  typenames,
];
