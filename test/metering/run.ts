/** A gateway over the example's schema that stands still where it is told, to be killed there; a program of a test. */
import { parseArgs } from 'node:util';
import { type Machine, plantMachine } from './other-machine.ts';
import { type Pause, plantLateEvents, plantPause } from './pause-points.ts';

const { values } = parseArgs({
  options: {
    ...{ flags: { type: 'string' }, pause: { type: 'string' }, late: { type: 'boolean' } },
    machine: { type: 'string' },
  },
});
// Before the product is loaded.
if (values.pause !== undefined) plantPause(JSON.parse(values.pause) as Pause);
if (values.machine !== undefined) plantMachine(JSON.parse(values.machine) as Machine);
if (values.late) plantLateEvents();
const { loadConfig } = await import('../../src/config.ts');
const { openWorkspace } = await import('../../src/workspace.ts');
const { createApp } = await import('../../src/app.ts');

const config = await loadConfig({ development: true, flags: JSON.parse(values.flags ?? '{}') });
const workspace = await openWorkspace(config);
const app = await createApp(workspace);
const { url } = await app.listen();
console.log(`listening at ${url}`);
process.once('SIGTERM', async () => {
  await app.close();
  await workspace.close();
  process.exit(0);
});
