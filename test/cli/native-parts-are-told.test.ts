import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { describe as describePart, explainMissingParts, NATIVE_PARTS } from '../../src/cli/native-parts.ts';

const MODULES = path.resolve(import.meta.dirname, '../../node_modules');
const partOf = (name: string) => NATIVE_PARTS.find((part) => part.packageName === name) ?? NATIVE_PARTS[0];

/** `linux-x64` and the like, for what an installed package says that it may install. */
function optionalPlatforms(name: string, prefix: string): string[] {
  const manifest = JSON.parse(readFileSync(path.join(MODULES, name, 'package.json'), 'utf8'));
  return Object.keys(manifest.optionalDependencies)
    .filter((dependency) => dependency.startsWith(prefix))
    .map((dependency) => dependency.slice(prefix.length));
}

/** How the packages write it: glibc goes without saying. */
const written = (platforms: readonly string[]): string[] =>
  platforms.map((platform) => platform.replace('-glibc', '')).toSorted();

describe('the platforms that a native part is told to be built for', () => {
  test('are those of the installed planner', () => {
    const files = readdirSync(path.join(MODULES, '@graphql-hive/router-query-planner/dist'));
    const built = files.flatMap((file) => /^hive_router_query_planner\.(.+)\.node$/.exec(file)?.[1] ?? []);
    const told = partOf('@graphql-hive/router-query-planner')?.platforms ?? [];
    expect(written(told)).toEqual(built.map((platform) => platform.replace('-gnu', '')).toSorted());
  });

  test('are those of the installed DuckDB', () => {
    expect(written(partOf('@duckdb/node-api')?.platforms ?? [])).toEqual(
      optionalPlatforms('@duckdb/node-bindings', '@duckdb/node-bindings-').toSorted(),
    );
  });

  test('are those of the installed LMDB, whose package of a Linux is for glibc and for musl', () => {
    const told = partOf('lmdb')?.platforms ?? [];
    const built = optionalPlatforms('lmdb', '@lmdb/lmdb-').filter((platform) => platform !== 'linux-arm');
    expect(written(told.filter((platform) => !platform.endsWith('-musl')))).toEqual(built.toSorted());
    const [here] = readdirSync(path.join(MODULES, '@lmdb'));
    const files = readdirSync(path.join(MODULES, '@lmdb', here as string)).join(' ');
    if (process.platform === 'linux') expect(files).toMatch(/glibc\.node.*musl\.node/);
  });
});

test('the planner on musl is told with the platforms that have it', () => {
  const part = partOf('@graphql-hive/router-query-planner') as (typeof NATIVE_PARTS)[number];
  expect(describePart(part, 'linux-x64-musl', new Error('Cannot find native binding.'))).toBe(
    'There is no prebuilt native part of the query planner (@graphql-hive/router-query-planner) for this platform, linux x64 musl; there is one for linux x64 glibc, linux arm64 glibc, darwin x64, darwin arm64. Run featuregraph on one of those, for example in a container of the image node:24-slim.',
  );
});

test('an error that only sounds like it is left alone where all parts load', () => {
  expect(explainMissingParts(new Error("Cannot find module './gone.js'"))).toBeUndefined();
  expect(explainMissingParts('no error at all')).toBeUndefined();
});
