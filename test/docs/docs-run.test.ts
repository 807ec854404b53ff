import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isJsonAsShown, isTextAmong, isTextAsShown } from './as-shown.ts';
import { checkTypes } from './check-types.ts';
import { PageProject } from './page-project.ts';
import { type Block, readBlocks } from './read-blocks.ts';
import { README_PAGE } from './readme-page.ts';
import { createRepositoryProject } from './repository-project.ts';
import { runPage } from './run-page.ts';

/** Every command and every piece of code in the docs does what the page says. */
const ROOT = path.resolve(import.meta.dirname, '../..');
/** How a page begins that does not happen in its reader's own project. */
const IN_REPOSITORY = '<!-- The test runs this page in a copy of the repository. -->';
const PAGE_TIMEOUT_MS = 110_000;

interface Page {
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const pages: Page[] = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name.split(path.sep).join('/')}`)
  .toSorted()
  .map((name) => {
    const text = readFileSync(path.join(ROOT, name), 'utf8');
    return { name, text, blocks: readBlocks(name, text) };
  });
const readme = README_PAGE.read();
const all: Page[] = [...pages, readme];

const isRun = ({ task }: Block): boolean => task.kind !== 'not run' && task.kind !== 'printed';

/** Files of the repository that a page leads to, by their paths from its root. */
function linksOf(name: string): string[] {
  const text = readFileSync(path.join(ROOT, name), 'utf8');
  return [...text.matchAll(/\]\(((?!https?:|#)[^)#\s]+)/g)].map(([, target]) =>
    path.join(path.dirname(name), target as string),
  );
}

describe('a page does what it says', () => {
  for (const { name, text, blocks } of pages.filter((page) => page.blocks.some(isRun))) {
    test.concurrent(name, { timeout: PAGE_TIMEOUT_MS }, async () => {
      const project = text.startsWith(IN_REPOSITORY) ? createRepositoryProject() : new PageProject();
      try {
        const { problems, codeFiles } = await runPage(name, blocks, project);
        expect(problems.join('\n\n')).toBe('');
        if (codeFiles.length > 0) expect(await checkTypes(project.folder, codeFiles)).toBe('');
      } finally {
        await project.remove();
      }
    });
  }
  test.concurrent('README.md', { timeout: PAGE_TIMEOUT_MS }, async () => {
    const project = README_PAGE.createProject();
    try {
      const { problems } = await runPage(readme.name, readme.blocks, project);
      expect(problems.join('\n\n')).toBe('');
    } finally {
      await project.remove();
    }
  });
});

describe('a page is whole', () => {
  test('there is a page for each concept, task and table', () => {
    const named = (folder: string): Page[] => pages.filter(({ name }) => name.startsWith(`docs/${folder}/`));
    expect(named('concepts').length).toBeGreaterThanOrEqual(5);
    expect(named('how-to').length).toBeGreaterThanOrEqual(6);
    expect(named('reference').length).toBeGreaterThanOrEqual(5);
  });

  test('every page can be found from the first', () => {
    const found = new Set(['docs/README.md']);
    for (const name of found)
      for (const target of linksOf(name)) if (target.endsWith('.md')) found.add(target);
    expect(pages.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });

  test.each([...all.map(({ name }) => name), 'CONTRIBUTING.md'])('%s leads only to what is there', (name) => {
    expect(linksOf(name).filter((target) => !existsSync(path.join(ROOT, target)))).toEqual([]);
  });

  test('only a page that is printed from the code has blocks that nobody runs without a reason', () => {
    const printed = all.filter(({ blocks }) => blocks.some(({ task }) => task.kind === 'printed'));
    expect(
      printed.filter(({ text }) => !text.startsWith('<!-- Printed from the code')).map(({ name }) => name),
    ).toEqual([]);
  });
});

describe('a wrong page is found', () => {
  const fence = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;
  const problemsOf = async (...texts: string[]): Promise<readonly string[]> => {
    const project = new PageProject();
    try {
      return (await runPage('page.md', readBlocks('page.md', texts.join('\n')), project)).problems;
    } finally {
      await project.remove();
    }
  };

  test.each([
    ['sh', 'a command that fails', 'echo no; exit 3'],
    ['sh exits with 1', 'a command that does not fail', 'true'],
  ])('%s: %s', async (info, _what, text) => {
    expect(await problemsOf(fence(info, text))).toEqual([expect.stringContaining('page.md:1 exited with')]);
  });

  test('an output that is another', async () => {
    expect(await problemsOf(fence('sh', 'echo two'), fence('text output', 'three'))).toEqual([
      expect.stringContaining('page.md:5 shows'),
    ]);
  });

  test('a change of a line that is not there', async () => {
    expect(await problemsOf(fence('csv a.csv', 'one'), fence('diff a.csv', '-two\n+three'))).toEqual([
      expect.stringContaining('a.csv has 0 times'),
    ]);
  });

  test('a query without a server', async () => {
    expect(await problemsOf(fence('graphql query', '{ a }'))).toEqual([
      expect.stringContaining('before it has a server'),
    ]);
  });

  test.each(['', 'sh later', 'text', 'graphql', 'json result', 'ts', 'sh not run:'])(
    'a block `%s`',
    (info) => {
      expect(() => readBlocks('page.md', fence(info, 'x'))).toThrow('page.md:1 has a block');
    },
  );

  test('what is shown is compared whole, but for its ellipses', () => {
    expect(isTextAsShown('a\n…\nd 1 … 3', 'a\nb\nc\nd 1 2 3  \n')).toBe(true);
    expect(isTextAsShown('a.', 'ab')).toBe(false);
    expect(isTextAsShown('a', 'a\nb')).toBe(false);
    expect(isTextAmong('b', 'a\nb\nc')).toBe(true);
    expect(isTextAmong('b', 'a\nbb\nc')).toBe(false);
    expect(isJsonAsShown({ a: [1, '…'] }, { a: [1, { b: 2 }] })).toBe(true);
    expect(isJsonAsShown({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(isJsonAsShown({ a: null }, { a: undefined })).toBe(false);
    expect(isJsonAsShown([1], { 0: 1 })).toBe(false);
  });
});

afterAll(() => {
  const notRun = all.flatMap(({ name, blocks }) =>
    blocks.flatMap(({ line, task }) => (task.kind === 'not run' ? [`  ${name}:${line} ${task.reason}`] : [])),
  );
  const run = all.flatMap(({ blocks }) => blocks.filter(isRun)).length;
  console.log(`${run} blocks of the docs were run; ${notRun.length} were not:\n${notRun.join('\n')}`);
});
