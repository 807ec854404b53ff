/** A folder of a case: a shop's file before and after, beside what others have published. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ForeignSubgraph, SchemaFiles } from '../../gateway/checks/check-schema.ts';
import { StoredOperations } from '../../gateway/checks/stored-operations.ts';
import type { DomainSource } from '../../src/registry/domain-source.ts';
import { codeOf } from './shop-code.ts';

const OTHERS = path.join(import.meta.dirname, 'others');
/** Not ours: plain Federation SDL, as a server in another language has it. */
const FOREIGN = 'ratings';

export function caseNames(folder: string): string[] {
  return readdirSync(path.join(import.meta.dirname, folder)).toSorted();
}

export function shopOf(folder: string, file: string, code = codeOf(path.basename(folder))): SchemaFiles {
  const sdl = readFileSync(path.join(folder, file), 'utf8');
  return { domains: [{ name: 'shop', file: 'schema/shop.graphql', sdl, code }], foreign: [] };
}

/** What is live: the others' files and, where the case has one, an older one of the shop's. */
export function publishedOf(folder: string): SchemaFiles {
  const older = path.join(folder, 'published.graphql');
  const shop = existsSync(older) ? [published('shop', readFileSync(older, 'utf8'))] : [];
  const others = readdirSync(OTHERS).map((file) => path.basename(file, '.graphql'));
  const textOf = (name: string): string => readFileSync(path.join(OTHERS, `${name}.graphql`), 'utf8');
  return {
    domains: [
      ...others.filter((name) => name !== FOREIGN).map((name) => published(name, textOf(name))),
      ...shop,
    ],
    foreign: [foreign(FOREIGN, textOf(FOREIGN))],
  };
}

function published(name: string, sdl: string): DomainSource {
  return { name, file: `published/${name}.graphql`, sdl, code: {}, codeIsElsewhere: true };
}

function foreign(name: string, sdl: string): ForeignSubgraph {
  return { name, file: `published/${name}.graphql`, url: `http://${name}.invalid/`, sdl };
}

/** @returns `null` where there is no such folder: nobody knows what is asked. */
export function operationsOf(folder: string): StoredOperations | null {
  if (!existsSync(folder)) return null;
  const textOf = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
  return new StoredOperations(
    new Map(readdirSync(folder).map((file) => [`operations/${file}`, textOf(file)])),
  );
}
