/**
 * `npm run test:mutants`: mistakes in how rows are read and written, each made in a copy, and what the oracle says to
 * it. A number as argument tries so many. The last line is the count.
 */
import Table from 'cli-table3';
import { MUTANTS } from './mutants.ts';
import { type Tried, tryMutants } from './try-mutants.ts';

const count = Number(process.argv[2] ?? MUTANTS.length);
const tried = await tryMutants(MUTANTS.slice(0, count), {
  onTried: ({ mutant, outcome }) => console.log(`${outcome.padEnd(10)} ${mutant.name}`),
});
const table = new Table({ head: ['mistake', 'in', 'outcome', 'by', 's'], style: { head: [], border: [] } });
for (const { mutant, outcome, by, seconds } of tried) {
  const shown = by.length > 60 ? `${by.slice(0, 59)}…` : by;
  table.push([mutant.name, mutant.file.split('/').at(-1) ?? '', outcome, shown, seconds.toFixed(1)]);
}
console.log(`\n${table.toString()}`);
const caught = tried.filter(({ outcome }: Tried) => outcome === 'CAUGHT').length;
console.log(`\n${caught} caught, ${tried.length - caught} not`);
process.exitCode = caught === tried.length ? 0 : 1;
