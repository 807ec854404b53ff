import type { FeatureType, ScalarName } from '../core/feature-type.ts';
import { nearestName } from '../core/nearest-name.ts';
import { mendOfTimeText } from './row-time.ts';

/**
 * What to do about a value that does not fit, where it shows which slip it is: the ways in which other systems write
 * nulls, days, numbers and lists.
 */

const NULL_WORDS = /^\s*(?:null|none|nil|n\/?a|nan|undefined|\\n|-)\s*$/i;
const WITH_MARKS = /^\s*[+-]?\d{1,3}(?:[.,' ]\d{3})*[.,]\d+\s*$/;
const WITH_EXPONENT = /^\s*[+-]?\d+(?:\.\d*)?[eE][+-]?\d+\s*$/;

/** @returns `null` where the value shows no slip that is known, or what is expected says enough. */
export function mendOfValue(type: FeatureType, value: unknown): string | null {
  if (typeof value === 'string' && NULL_WORDS.test(value))
    return 'Where there is no value, leave the cell empty, or send null.';
  switch (type.kind) {
    case 'scalar':
      return typeof value === 'object' ? null : mendOfScalar(type.name, String(value));
    case 'enum': {
      const meant = typeof value === 'string' ? nearestName(value, type.values) : null;
      return meant === null ? null : `Did you mean ${meant}?`;
    }
    case 'struct':
      return typeof value === 'string' ? 'In a cell of text an object is JSON.' : null;
    default:
      return typeof value === 'string'
        ? 'In a cell of text a list is JSON, such as ["a","b"] or [1,2].'
        : null;
  }
}

function mendOfScalar(name: ScalarName, text: string): string | null {
  switch (name) {
    case 'Boolean':
      return 'Write true or false.';
    case 'DateTime':
      return mendOfTimeText(text) ?? 'Write it as in 2013-01-31T23:59:00Z.';
    case 'Int':
    case 'Float':
    case 'BigInt':
    case 'Decimal':
      if (WITH_MARKS.test(text) && !/^\s*[+-]?\d+\.\d+\s*$/.test(text))
        return 'Write a point before decimals, and no marks between thousands.';
      return WITH_EXPONENT.test(text) ? 'Write all digits, without an exponent.' : null;
    default:
      return null;
  }
}
