/** Publications of small domains, as the command makes them: checked, composed and written. */
import path from 'node:path';
import { compositionOf } from '../../gateway/published/composition-of.ts';
import { publishVersion } from '../../gateway/published/publish-version.ts';
import { readPublished, type VersionFacts } from '../../gateway/published/published-folder.ts';
import { systemClock } from '../../src/core/clock.ts';

/** A domain of its own, whose file differs with every `release`. */
export function domainSdl(name: string, release: number): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return `"One ${name}."
type ${type} @key(fields: "id") @tag(name: "owner/${name}") @view(name: "${name}_facts") {
  id: ID!
  "Release ${release}."
  size: Int @feature(view: "${name}_facts", default: ${release})
}

type Query {
  "One ${name}."
  ${name}(id: ID!): ${type} @lookup
}
`;
}

export function publishDomain(folder: string, name: string, release: number): Promise<VersionFacts | null> {
  const source = { name, file: `${name}.graphql`, sdl: domainSdl(name, release), code: {} };
  return publishVersion(
    folder,
    async (newest) => {
      const { content } = await compositionOf({
        candidate: { domains: [source], foreign: [] },
        urls: { [name]: `http://${name}.invalid/graphql` },
        without: new Set(),
        operations: null,
        show: (file) => file,
        newest,
      });
      return content;
    },
    () => new Date(systemClock.nowMs()).toISOString(),
  );
}

/** What gateways read. @throws Error where it is not whole. */
export async function readCurrent(folder: string) {
  const current = await readPublished(path.join(folder, 'current'));
  if (current === null) throw new Error('Nothing is current.');
  return current;
}
