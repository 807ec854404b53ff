import type { ProtectionName } from '../test/faults/protections.ts';
import { table } from './markdown.ts';

/**
 * The rows of the fault table as they are run, without what was seen: that is of a machine and a moment, and
 * `npm run test:faults` prints it.
 */
export async function faultsPage(): Promise<string> {
  // How often a row repeats something is as it is without the long form.
  delete process.env.FEATUREGRAPH_TEST_LONG;
  const { loadRow, ROW_IDS } = await import('../test/faults/row-list.ts');
  const { PROTECTIONS } = await import('../test/faults/protections.ts');
  const whatOf = (name: ProtectionName): string => PROTECTIONS[name].what;
  const loaded = await Promise.all(ROW_IDS.map(loadRow));
  const rows = loaded.map(({ id, fault, must, protections }) => [
    id,
    fault,
    must,
    protections.map(whatOf).join('; '),
  ]);
  return `# Faults

Each row breaks real servers under load: it kills, freezes, delays and damages them, and compares every answer with a
plain model of what was written. \`npm run test:faults\` runs all rows and prints of each what was expected and what was
seen, in figures; they are of the machine and of the run, so none stands here.

\`\`\`sh not run: minutes, and servers of its own
npm run test:faults                          # all, a process for each
npm run test:faults -- --row R1 --row W1     # some
npm run test:faults -- --prove               # that each row fails without what it shows
\`\`\`

${table(['row', 'fault', 'must', 'fails without: that'], rows)}

Rows that are quick run with \`npm test\`. Times are bounds for a machine that has nothing else to do: where others
take its processors, a row may tell of requests that were late. A million operations under random faults are
\`npm run test:history\`.
`;
}
