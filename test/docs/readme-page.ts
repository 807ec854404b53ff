import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PageProject } from './page-project.ts';
import { type Block, readBlocks } from './read-blocks.ts';
import { createRepositoryProject } from './repository-project.ts';

/** The README, whose blocks have no words after their language: what they ask for stands here. */
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
    const ending = text.replaceAll(/^npm start .*\n/gm, ''); // which would not end
    const asked = (block: string): string =>
      ASKED.find(([begins]) => begins.test(block))?.[1] ?? 'in no table';
    return { name: 'README.md', text, blocks: readBlocks('README.md', ending, asked) };
  },

  /** With the README's own lines added where it says. */
  createProject(): PageProject {
    const project = createRepositoryProject();
    const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
    const field = /```graphql\n("Seats with a socket\..*?)```/s.exec(readme)?.[1];
    const view = /`(@view\(name: "aircraft_cabin"\))`/.exec(readme)?.[1];
    const sdl = readFileSync(path.join(project.folder, 'schema/fleet.graphql'), 'utf8')
      .replace(/^ {2}@view/m, `  ${view}\n  @view`)
      .replace(/^ {2}tailnum: ID!\n/m, `  tailnum: ID!\n${field}`);
    project.write('schema/fleet.graphql', sdl);
    return project;
  },
};
