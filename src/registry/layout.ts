import { crc32 } from 'node:zlib';
import { type FeatureType, typeSignature } from '../core/feature-type.ts';
import type { Layout } from './registry.ts';

/**
 * Identities that stored bytes remember: of a row's layout and of a view within its block. They depend on
 * names and types alone, never on where something stands in a file.
 */
export interface NamedType {
  readonly name: string;
  readonly type: FeatureType;
}

/** The order of features in a layout: by UTF-16 code units, the same on every machine and in every language. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a layout's id is the hash of. @param features in any order. */
export function layoutText(features: readonly NamedType[]): string {
  return inOrder(features)
    .map(({ name, type }) => `${name}:${typeSignature(type)}`)
    .join('\n');
}

/** @param features in any order. */
export function createLayout(features: readonly NamedType[]): Layout {
  const ordered = inOrder(features);
  return Object.freeze({
    id: crc32(layoutText(ordered)),
    names: Object.freeze(ordered.map((feature) => feature.name)),
    types: Object.freeze(ordered.map((feature) => feature.type)),
  });
}

function inOrder(features: readonly NamedType[]): NamedType[] {
  return [...features].sort((a, b) => compareNames(a.name, b.name));
}

/** 32 bits; a new version of a view has another id, so that it never reads the old one's rows. */
export function viewId(name: string, version: number): number {
  return crc32(versionedName({ name, version }));
}

/** `usage_24h@2`: the one name of a view that no other version of it has. */
export function versionedName({
  name,
  version,
}: {
  readonly name: string;
  readonly version: number;
}): string {
  return `${name}@${version}`;
}
