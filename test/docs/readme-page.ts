import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { PageProject } from './page-project.ts';
import { type Block, readBlocks } from './read-blocks.ts';

/**
 * The README, whose blocks have no words after their language: what they ask for stands here. Its project is a copy
 * of the repository's schema and configuration, with the sources where the configuration expects them.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');

/** What a block begins with → the words that it would have. A block that is not here fails. */
const ASKED: readonly (readonly [begins: RegExp, asked: string])[] = [
  [/^\$ npm start\n/, 'not run: test/cli/the-example-starts.test.ts does'],
  [/^Loading the flights example/, 'not run: test/cli/the-example-starts.test.ts compares what it prints'],
  [/^\$ npm test\n/, 'not run: it is what runs this'],
  [/^(?:@@TEST@@|.*passed, \d+ failed)/s, 'not run: it is what `npm test` ends with'],
  [/^"Seats with a socket\."/, 'not run: a part of a file; the project of this page has it'],
  [/^echo '\{"tailnum"/, ''],
];

export const README_PAGE = {
  read(): { readonly name: string; readonly text: string; readonly blocks: readonly Block[] } {
    const text = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
    const ofPackage = text
      .replaceAll('npm run featuregraph -- ', 'npx featuregraph ')
      .replaceAll(/^npm start .*\n/gm, ''); // it would not end
    const asked = (block: string): string => {
      const found = ASKED.find(([begins]) => begins.test(block));
      return found?.[1] ?? 'in no table';
    };
    return { name: 'README.md', text, blocks: readBlocks('README.md', ofPackage, asked) };
  },

  createProject(): PageProject {
    const project = new PageProject();
    for (const name of ['schema', 'featuregraph.config.ts'])
      cpSync(path.join(ROOT, name), path.join(project.folder, name), { recursive: true });
    for (const name of ['src', 'gateway', 'examples'])
      symlinkSync(path.join(ROOT, name), path.join(project.folder, name));
    addReadmeFeature(project);
    return project;
  },
};

/** As the README says: the view beside the others, and the field with the README's own lines. */
function addReadmeFeature(project: PageProject): void {
  const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const field = /```graphql\n("Seats with a socket\..*?)```/s.exec(readme)?.[1];
  const view = /`(@view\(name: "aircraft_cabin"\))`/.exec(readme)?.[1];
  const file = path.join(project.folder, 'schema/fleet.graphql');
  const sdl = readFileSync(file, 'utf8')
    .replace(/^ {2}@view/m, `  ${view}\n  @view`)
    .replace(/^ {2}tailnum: ID!\n/m, `  tailnum: ID!\n${field}`);
  project.write('schema/fleet.graphql', sdl);
}
