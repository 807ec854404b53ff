import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { holdAlone } from '../../src/cli/hold-alone.cjs';
import { createFolder, startCommand } from './run-command.ts';

/** Both ways: a socket without a file (Linux), and a socket that is a file (macOS). */
describe.each(['linux', 'darwin'].filter((one) => one !== 'linux' || process.platform === 'linux'))(
  'a lock as on %s',
  (platform) => {
    const subject = () => `test ${platform} ${process.pid} ${Math.random()}`;

    test('has one holder until it is released', async () => {
      const what = subject();
      const release = await holdAlone(what, { platform });
      expect(release).not.toBeNull();
      expect(await holdAlone(what, { platform })).toBeNull();
      expect(await holdAlone(`${what} other`, { platform })).not.toBeNull();
      await release?.();
      expect(await holdAlone(what, { platform })).not.toBeNull();
    });

    test('is free again when its holder is killed', async () => {
      const what = subject();
      const holder = spawn(process.execPath, [
        '-e',
        `require(${JSON.stringify(`${import.meta.dirname}/../../src/cli/hold-alone.cjs`)})
          .holdAlone(${JSON.stringify(what)}, { platform: '${platform}' })
          .then(() => { console.log('held'); setInterval(() => {}, 1000); });`,
      ]);
      await once(holder.stdout, 'data');
      expect(await holdAlone(what, { platform })).toBeNull();
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      expect(await holdAlone(what, { platform })).not.toBeNull();
    });

    test('of many who ask at once, one gets it', async () => {
      const what = subject();
      const holders = await Promise.all(Array.from({ length: 20 }, () => holdAlone(what, { platform })));
      expect(holders.filter((release) => release !== null)).toHaveLength(1);
    });
  },
);

test('a second `dev` over one folder serves, and says that it is the second', async () => {
  const folder = createFolder();
  const start = () => startCommand(['dev', '--data-folder', folder.path, '--port', '0', '--admin-port', '0']);
  const first = start();
  await first.printed('Ctrl-C ends it.');
  const second = start();
  await second.printed('Ctrl-C ends it.');
  expect(first.text()).not.toContain('another `featuregraph dev`');
  expect(second.text()).toContain(`Data       ${folder.path} (another \`featuregraph dev\` uses it, too`);
  for (const { child } of [first, second]) child.kill('SIGTERM');
  await Promise.all([first.finished, second.finished]);
  folder.remove();
}, 60_000);
