#!/usr/bin/env node
/**
 * Where the installed package's command line begins, on whatever Node the machine has. It imports nothing of ours
 * before it knows that this Node can read it. The repository's own begins at launch.cjs.
 */
import { readFileSync } from 'node:fs';
import module from 'node:module';

const EXIT_USAGE = 2;

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const needed = (JSON.parse(manifest) as { readonly engines: { readonly node: string } }).engines.node.replace(
  '>=',
  '',
);

if (isOlder(process.versions.node, needed)) {
  process.stderr.write(
    `\nfeaturegraph needs Node ${needed} or newer; this is ${process.version} (${process.execPath}).\nInstall a current one, for example from https://nodejs.org or with \`nvm install 24\`, and try again.\n\n`,
  );
  process.exitCode = EXIT_USAGE;
} else {
  // Without it, graphql-js looks for second copies of itself at every value: a fifth of the time of a large answer.
  process.env.NODE_ENV ??= 'production';
  module.enableCompileCache();
  const { runCommandLine } = await import('./run-command-line.ts');
  await runCommandLine(process.argv.slice(2));
}

function isOlder(version: string, than: string): boolean {
  const [have, want] = [version, than].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  for (let i = 0; i < 3; i++) {
    const difference = (have?.[i] ?? 0) - (want?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
