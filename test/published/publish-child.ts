/** Publishes one version after the other until it is killed; what they say is of no matter, so that it mostly writes. */
import { publishVersion } from '../../gateway/published/publish-version.ts';
import { domainSdl } from './publish-shop.ts';

const [folder = '', publisher = ''] = process.argv.slice(2);
for (let release = 1; ; release += 1) {
  const text = `# ${publisher}.${release}\n${'# padding\n'.repeat(5000)}${domainSdl('shop', release)}`;
  const subgraph = { name: 'shop', url: 'http://shop.invalid/graphql', own: true, sdl: text };
  await publishVersion(
    folder,
    async () => ({ supergraphSdl: text, subgraphs: [subgraph], restores: null }),
    () => new Date().toISOString(),
  );
  process.stdout.write('.');
}
