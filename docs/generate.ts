import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandsPage } from './commands-page.ts';
import { configurationPage } from './configuration-page.ts';
import { directivesPage } from './directives-page.ts';
import { drawing } from './drawing.ts';
import { errorsPage } from './errors-page.ts';
import { faultsPage } from './faults-page.ts';
import { limitsPage } from './limits-page.ts';
import { metricsPage } from './metrics-page.ts';

/**
 * Prints the reference from the code and the drawings from their sources, so that they cannot say anything else:
 * `npm run generate` writes, and `--check` only says what is not current.
 */
type Print = () => string | Promise<string>;

const NOTE = '<!-- Printed from the code by `npm run generate`; changes here are lost. -->\n\n';

const pages: Readonly<Record<string, Print>> = {
  'reference/errors.md': async () => NOTE + errorsPage(),
  'reference/configuration.md': async () => NOTE + configurationPage(),
  'reference/commands.md': async () => NOTE + (await commandsPage()),
  'reference/limits.md': () => NOTE + limitsPage(),
  'reference/faults.md': async () => NOTE + (await faultsPage()),
  'reference/directives.md': async () => NOTE + directivesPage(),
  'reference/metrics.md': async () => NOTE + metricsPage(),
  ...Object.fromEntries(
    readdirSync(path.join(import.meta.dirname, 'drawings'))
      .map((file) => path.basename(file, '.dot'))
      .map((name): [string, Print] => [`images/${name}.svg`, () => drawing(name)]),
  ),
};

const checkOnly = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, print] of Object.entries(pages)) {
  const file = path.join(import.meta.dirname, name);
  const text = await print();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  stale.push(`docs/${name}`);
  if (checkOnly) continue;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
if (!checkOnly) console.log(stale.length === 0 ? 'Nothing changed.' : `Wrote ${stale.join(', ')}.`);
else if (stale.length > 0) {
  console.error(`Not current: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`);
  process.exitCode = 1;
} else console.log(`${Object.keys(pages).length} pages and drawings are current.`);
