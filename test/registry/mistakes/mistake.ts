import type { DomainCode } from '../../../src/registry/registry.ts';

/** One mistake made in the sample schema: what is put in whose place, and what must be told about it. */
export interface Mistake {
  /** The rule that must tell it. */
  readonly rule: string;
  /** Other rules that the same mistake breaks. */
  readonly also?: readonly string[];
  /** Text of the sample's `shop.graphql` in whose place `broken` comes. */
  readonly sample: string;
  readonly broken: string;
  /** What comes in its place in the mended file; the sample's text where not given. */
  readonly mended?: string;
  /** Code of the broken file in place of the sample's. */
  readonly code?: DomainCode;
  /** A piece of the line of the broken file that must be named; the line where `broken` begins otherwise. */
  readonly line?: string;
  /** The whole file is meant, no line. */
  readonly wholeFile?: true;
  readonly message: RegExp;
}
