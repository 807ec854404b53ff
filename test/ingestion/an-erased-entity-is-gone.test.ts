import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseEntity } from '../../src/ingestion/erase.ts';
import { openExample, type RunningExample } from '../app/open-example.ts';

let example: RunningExample;
beforeAll(async () => {
  example = await openExample({}, ['aircraft_facts']);
}, 60_000);
afterAll(() => example?.close());

const erase = (entity: string, key: readonly string[], namespace = 'demo') =>
  eraseEntity({
    registry: example.workspace.registry,
    store: example.workspace.store,
    namespace,
    entity,
    key,
  });
const seatsOf = async (tailnum: string) =>
  (await example.ask({ query: `{ aircraft(tailnum: "${tailnum}") { seats } }` })).body.data.aircraft.seats;

describe('an entity that is erased', () => {
  it('is gone in its namespace, as if never written, and its neighbours stay', async () => {
    const others = await seatsOf('N102UW');
    expect(await seatsOf('N14228')).toBe(149);
    expect(await erase('Aircraft', ['N14228'], 'another')).toMatchObject({ failed: [] });
    expect(await seatsOf('N14228')).toBe(149);
    const { erased, failed } = await erase('Aircraft', ['N14228']);
    expect(failed).toEqual([]);
    expect(erased.length).toBeGreaterThan(0);
    expect(await seatsOf('N14228')).toBeNull();
    expect(await seatsOf('N102UW')).toBe(others);
    expect(await erase('Aircraft', ['N14228'])).toMatchObject({ failed: [] });
  });

  it('must be one of the schema, with its whole key', async () => {
    await expect(erase('Nothing', ['x'])).rejects.toThrow(/no entity Nothing/);
    await expect(erase('Aircraft', [])).rejects.toThrow(/<tailnum>/);
    await expect(erase('Aircraft', ['a', 'b'])).rejects.toThrow(/got 2 parts/);
    await expect(erase('Aircraft', [''])).rejects.toMatchObject({ code: 'INVALID_KEY' });
  });

  it('has left no bytes of its key in the audit', () => {
    const folder = path.join(example.workspace.config.dataFolder, 'audit');
    const files = (() => {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    })();
    for (const file of files) expect(readFileSync(path.join(folder, file), 'utf8')).not.toContain('N14228');
  });
});
