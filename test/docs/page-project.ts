import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A reader's project: an empty folder with the package in it, a shell, and at most one server. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const COMPILE_CACHE = path.join(ROOT, 'node_modules/.cache/featuregraph');
/** What a server prints last when it is ready. */
const READY = 'Ctrl-C ends it.';

export interface Printed {
  readonly exitCode: number | null;
  /** As a terminal shows it: output and complaints in their order, addresses as the pages have them. */
  readonly text: string;
}

interface Server {
  readonly child: ChildProcess;
  text(): string;
  readonly url: string;
  readonly adminUrl: string;
  readonly apiKey: string;
}

export class PageProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-docs-'));
  #server: Server | null = null;

  constructor() {
    this.write('package.json', '{ "name": "shop", "version": "1.0.0", "type": "module" }\n');
    const modules = path.join(this.folder, 'node_modules');
    // The package's names, led to the sources: whether the packed one is whole is the package's own test.
    const exports = { '.': './src/index.ts', './client': './src/client/index.ts' };
    const manifest = { name: 'featuregraph', version: '0.1.0', type: 'module', exports };
    this.write('node_modules/featuregraph/package.json', JSON.stringify(manifest));
    symlinkSync(path.join(ROOT, 'src'), path.join(modules, 'featuregraph/src'));
    mkdirSync(path.join(modules, '.bin'));
    this.#linkInstalled(modules);
    const main = path.join(ROOT, 'src/cli/main.ts');
    this.#writeProgram('.bin/featuregraph', `exec "${process.execPath}" "${main}" "$@"`);
    this.#writeProgram('.programs/npx', 'program="$1"; shift; exec "$(dirname "$0")/../.bin/$program" "$@"');
  }

  /** What a page tells its reader to install from elsewhere, as this repository has it. */
  #linkInstalled(modules: string): void {
    for (const name of ['@graphql-codegen', '@graphql-typed-document-node', 'graphql'])
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
    const program = realpathSync(path.join(ROOT, 'node_modules/.bin/graphql-codegen'));
    symlinkSync(program, path.join(modules, '.bin/graphql-codegen'));
  }

  #writeProgram(name: string, line: string): void {
    this.write(`node_modules/${name}`, `#!/bin/sh\n${line}\n`);
    chmodSync(path.join(this.folder, 'node_modules', name), 0o755);
  }

  write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, this.#ofServer(text));
  }

  async run(command: string): Promise<Printed> {
    const { child, text } = this.#spawn(this.#ofServer(command));
    const [exitCode] = await once(child, 'close');
    return { exitCode, text: this.#ofPage(text()) };
  }

  /** @throws Error with what it printed, when it ends before it is ready. */
  async startServer(command: string): Promise<void> {
    await this.stopServer();
    const { child, text } = this.#spawn(command);
    while (!text().includes(READY)) {
      if (child.exitCode !== null) throw new Error(`The server ended before it was ready:\n${text()}`);
      await pause();
    }
    const find = (pattern: RegExp): string => {
      const found = pattern.exec(text())?.[1];
      if (found === undefined) throw new Error(`The server did not print ${pattern}:\n${text()}`);
      return found;
    };
    this.#server = {
      ...{ child, text },
      url: find(/GraphQL +(\S+)\/graphql/),
      adminUrl: find(/Metrics +(\S+)\/metrics/),
      apiKey: find(/API key +(\S+)/),
    };
  }

  /** All that the server has printed. */
  serverText(): string {
    return this.#server === null ? '' : this.#ofPage(this.#server.text());
  }

  /** @returns the body of the answer. @throws Error where no server runs. */
  async ask(body: object): Promise<unknown> {
    if (this.#server === null) throw new Error('The page has a query before it has a server.');
    const response = await fetch(`${this.#server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#server.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  }

  async stopServer(): Promise<void> {
    const child = this.#server?.child;
    this.#server = null;
    if (child === undefined || child.exitCode !== null) return;
    const closed = once(child, 'close');
    // The whole group: npm does not end with what it runs.
    process.kill(-(child.pid as number), 'SIGTERM');
    await closed;
  }

  async remove(): Promise<void> {
    await this.stopServer();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(command: string): { readonly child: ChildProcess; text(): string } {
    // With one pipe, so that lines keep their order.
    const child = spawn('bash', ['-c', `exec 2>&1; set -e; ${command}`], {
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        PATH: [
          path.join(this.folder, 'node_modules/.programs'),
          path.dirname(process.execPath),
          process.env.PATH ?? '',
        ].join(path.delimiter),
        HOME: process.env.HOME ?? '',
        // Pages have the standard ports; here each server takes free ones.
        FEATUREGRAPH_PORT: '0',
        FEATUREGRAPH_ADMIN_PORT: '0',
        // A busy machine is no reason for another answer.
        FEATUREGRAPH_DEADLINE_MS: '20000',
        ...(this.#server === null ? {} : { KEY: this.#server.apiKey }),
      },
    });
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    return { child, text: () => text };
  }

  /** From the addresses that pages show to those of the server. */
  #ofServer(text: string): string {
    if (this.#server === null) return text;
    const { url, adminUrl } = this.#server;
    // At once: a server's port may begin like the other of a page.
    return text.replaceAll(PAGE_URLS, (found) => (found === PAGE_URL ? url : adminUrl));
  }

  #ofPage(text: string): string {
    const real = text.replaceAll(this.folder, '/home/you/shop');
    if (this.#server === null) return real;
    return real.replaceAll(this.#server.url, PAGE_URL).replaceAll(this.#server.adminUrl, PAGE_ADMIN_URL);
  }
}

const PAGE_URL = 'http://127.0.0.1:4000';
const PAGE_ADMIN_URL = 'http://127.0.0.1:4001';
const PAGE_URLS = new RegExp(`${PAGE_URL}|${PAGE_ADMIN_URL}`, 'g');

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
