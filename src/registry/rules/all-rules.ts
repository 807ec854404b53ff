import { blocksFit } from './blocks-fit.ts';
import { defaultsHaveType } from './defaults-have-type.ts';
import { directiveArguments } from './directive-arguments.ts';
import { directivesHavePlace } from './directives-have-place.ts';
import { entityKeys } from './entity-keys.ts';
import { featureHasOneView } from './feature-has-one-view.ts';
import { featureNamesAreUnique } from './feature-names-are-unique.ts';
import { featuresAreDescribed } from './features-are-described.ts';
import { featuresHaveType } from './features-have-type.ts';
import { fieldHasOneSource } from './field-has-one-source.ts';
import { fieldsHaveOneDomain } from './fields-have-one-domain.ts';
import { hashesAreUnique } from './hashes-are-unique.ts';
import { inputsAreAsProtected } from './inputs-are-as-protected.ts';
import { keysAgree } from './keys-agree.ts';
import { lookupsFit } from './lookups-fit.ts';
import { namesHaveCasing } from './names-have-casing.ts';
import { onDemandInputsExist } from './on-demand-inputs-exist.ts';
import { platformDefinitions } from './platform-definitions.ts';
import { referencesFit } from './references-fit.ts';
import { requestEntitiesAreRefused } from './request-entities-are-refused.ts';
import { requiresAreExternal } from './requires-are-external.ts';
import { resolversHaveFields } from './resolvers-have-fields.ts';
import type { Rule } from './rule.ts';
import { sharedTypesAgree } from './shared-types-agree.ts';
import { transformsFit } from './transforms-fit.ts';
import { validSdl } from './valid-sdl.ts';
import { valuesAreNullable } from './values-are-nullable.ts';
import { viewArguments } from './view-arguments.ts';
import { viewNamesAreUnique } from './view-names-are-unique.ts';
import { viewReadsHaveType } from './view-reads-have-type.ts';
import { viewsAreUsed } from './views-are-used.ts';
import { volatileViewsAreApart } from './volatile-views-are-apart.ts';

/** Everything that a schema is held to. The order is of no matter: problems are sorted by place. */
export const ALL_RULES: readonly Rule[] = [
  validSdl,
  directiveArguments,
  platformDefinitions,
  namesHaveCasing,
  directivesHavePlace,
  fieldHasOneSource,
  entityKeys,
  keysAgree,
  viewArguments,
  viewsAreUsed,
  viewNamesAreUnique,
  viewReadsHaveType,
  featuresAreDescribed,
  featuresHaveType,
  featureNamesAreUnique,
  featureHasOneView,
  fieldsHaveOneDomain,
  sharedTypesAgree,
  defaultsHaveType,
  valuesAreNullable,
  onDemandInputsExist,
  inputsAreAsProtected,
  transformsFit,
  referencesFit,
  requiresAreExternal,
  lookupsFit,
  blocksFit,
  hashesAreUnique,
  volatileViewsAreApart,
  requestEntitiesAreRefused,
  resolversHaveFields,
];
