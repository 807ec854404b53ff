import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isJsonAsShown, isTextAmong, isTextAsShown } from './as-shown.ts';
import { PageProject, type Printed, pause } from './page-project.ts';
import type { Block } from './read-blocks.ts';

/** Does what a page's blocks say, in their order, and tells what came otherwise than the page shows. */
export interface PageReport {
  /** One text each: page and line, what was shown, what came. */
  readonly problems: readonly string[];
  /** The code files that the page wrote, in its project. */
  readonly codeFiles: readonly string[];
}

/** How long a server may take to print what a page shows, in ms; a change is told within a second. */
const SERVER_OUTPUT_MS = 30_000;

export async function runPage(
  page: string,
  blocks: readonly Block[],
  project: PageProject = new PageProject(),
): Promise<PageReport> {
  const run = new PageRun(project);
  const problems: string[] = [];
  for (const block of blocks) {
    const problem = await run.do(block).catch((error: unknown) => String(error));
    if (problem !== null) problems.push(`${page}:${block.line} ${problem}`);
  }
  return { problems, codeFiles: run.codeFiles };
}

class PageRun {
  readonly codeFiles: string[] = [];
  readonly #project: PageProject;
  #printed: Printed | null = null;
  #variables: unknown;
  #readOptions: unknown;
  #answer: unknown;

  constructor(project: PageProject) {
    this.#project = project;
  }

  /** @returns what was wrong, or `null`. */
  async do({ task, text }: Block): Promise<string | null> {
    switch (task.kind) {
      case 'file':
        this.#project.write(task.path, text);
        if (task.path.endsWith('.ts')) this.codeFiles.push(task.path);
        return null;
      case 'change':
        return this.#change(task.path, text);
      case 'command':
        this.#printed = await this.#project.run(text);
        return this.#printed.exitCode === task.exitCode
          ? null
          : `exited with ${this.#printed.exitCode} instead of ${task.exitCode}:\n${this.#printed.text}`;
      case 'server':
        await this.#project.startServer(text);
        return null;
      case 'output':
        return isTextAsShown(text, this.#printed?.text ?? '')
          ? null
          : differs(text, this.#printed?.text ?? '(nothing was run)');
      case 'server output':
        return this.#awaitServerText(text);
      case 'variables':
        this.#variables = JSON.parse(text);
        return null;
      case 'read options':
        this.#readOptions = JSON.parse(text);
        return null;
      case 'query':
        return this.#ask(text);
      case 'answer':
        return isJsonAsShown(JSON.parse(text), this.#answer)
          ? null
          : differs(text, JSON.stringify(this.#answer, null, 2));
      case 'printed':
      case 'not run':
        return null;
    }
  }

  #change(name: string, text: string): string | null {
    const lines = text.trimEnd().split('\n');
    const linesOf = (sign: string): string =>
      lines
        .filter((line) => line[0] !== sign)
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const old = readFileSync(path.join(this.#project.folder, name), 'utf8');
    const parts = old.split(linesOf('+'));
    if (parts.length !== 2) return `changes lines that ${name} has ${parts.length - 1} times:\n${text}`;
    this.#project.write(name, parts.join(linesOf('-')));
    return null;
  }

  async #awaitServerText(text: string): Promise<string | null> {
    const endAt = performance.now() + SERVER_OUTPUT_MS;
    while (!isTextAmong(text, this.#project.serverText())) {
      if (performance.now() > endAt) return differs(text, this.#project.serverText());
      await pause();
    }
    return null;
  }

  async #ask(query: string): Promise<null> {
    this.#answer = await this.#project.ask({
      query,
      ...(this.#variables === undefined ? {} : { variables: this.#variables }),
      ...(this.#readOptions === undefined ? {} : { extensions: { featuregraph: this.#readOptions } }),
    });
    this.#variables = undefined;
    this.#readOptions = undefined;
    return null;
  }
}

function differs(shown: string, got: string): string {
  return `shows\n${shown}\nand came\n${got}`;
}
