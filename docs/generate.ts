import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandsPage } from './commands-page.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';

/**
 * Prints the reference from the code, so that it cannot say anything else: `npm run generate` writes, and
 * `--check` only says which pages are not current.
 */
const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'reference/errors.md': errorsPage,
  'reference/configuration.md': configurationPage,
  'reference/commands.md': commandsPage,
};

const checkOnly = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, print] of Object.entries(PAGES)) {
  const file = path.join(import.meta.dirname, name);
  const text = `<!-- Printed from the code by \`npm run generate\`; changes here are lost. -->\n\n${await print()}`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  stale.push(`docs/${name}`);
  if (!checkOnly) writeFileSync(file, text);
}
if (!checkOnly) console.log(stale.length === 0 ? 'Nothing changed.' : `Wrote ${stale.join(', ')}.`);
else if (stale.length > 0) {
  console.error(`Not current: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`);
  process.exitCode = 1;
} else console.log(`${Object.keys(PAGES).length} pages are current.`);
