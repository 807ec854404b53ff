/** Every block of every page does what the page says: files are written, commands run, queries asked, answers compared. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PageProject } from './page-project.ts';
import { readBlocks } from './read-blocks.ts';
import { runPage } from './run-page.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGES = globSync(['docs/README.md', 'docs/concepts/*.md', 'docs/how-to/*.md'], { cwd: ROOT }).sort();

describe('every block of the docs runs, and prints what its page shows', () => {
  test('there are pages', () => expect(PAGES.length).toBeGreaterThanOrEqual(12));

  test.concurrent.each(PAGES)('%s', { timeout: 120_000 }, async (page) => {
    const blocks = readBlocks(page, readFileSync(path.join(ROOT, page), 'utf8'));
    const project = new PageProject();
    try {
      expect((await runPage(page, blocks, project)).problems).toEqual([]);
    } finally {
      await project.remove();
    }
  });

  test('links lead to files that are there', () => {
    const dead = [...PAGES, 'README.md', 'CONTRIBUTING.md'].flatMap((page) => {
      const markdown = readFileSync(path.join(ROOT, page), 'utf8');
      return [...markdown.matchAll(/\]\(((?!https?:|#)[^)#\s]+)/g)]
        .map(([, target]) => path.join(path.dirname(page), target as string))
        .filter((target) => globSync(target, { cwd: ROOT }).length === 0)
        .map((target) => `${page} → ${target}`);
    });
    expect(dead).toEqual([]);
  });
});

describe('the check itself', () => {
  test('refuses a block that no test can run', () => {
    expect(() => readBlocks('p.md', '```sh whenever\nls\n```\n')).toThrow(/p\.md:1 has a block/);
    expect(() => readBlocks('p.md', '```sh not run:\nls\n```\n')).toThrow(/no test can run/);
  });

  test('tells an output, an exit code and an answer that are not as shown', async () => {
    const page = [
      '```sh',
      'echo one',
      '```',
      '```text output',
      'two',
      '```',
      '```sh exits with 3',
      'true',
      '```',
      '```graphql query',
      '{ a }',
      '```',
      '',
    ].join('\n');
    const { problems } = await runPage('p.md', readBlocks('p.md', page));
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^p\.md:4 shows/);
    expect(problems[1]).toMatch(/^p\.md:7 exited with 0 instead of 3/);
    expect(problems[2]).toMatch(/before it has a server/);
  });
});
