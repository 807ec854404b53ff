import type { Config } from '../config.ts';
import { didYouMean } from '../core/nearest-name.ts';
import { loadRegistry } from '../workspace.ts';
import { note } from './output.ts';

/**
 * Says which grants to write name nothing of the schema. They are made all the same: a tenant may be let in before its
 * view is there, and the schema may be elsewhere; then nothing is said.
 */
export async function noteUnknownWrites({ schemaFolder }: Config, writes: readonly string[]): Promise<void> {
  if (writes.length === 0) return;
  const loaded = await loadRegistry(schemaFolder).catch(() => null);
  if (loaded === null) return;
  const { registry } = loaded;
  const known = ['*', ...registry.domains.map(({ name }) => `${name}.*`), ...registry.views.keys()];
  for (const write of writes)
    if (!known.includes(write))
      note(`${schemaFolder} has no view or domain for the grant ${write} yet.${didYouMean(write, known)}`);
}
