/** Other users of a machine see the arguments of every process: secrets come from files and the environment alone. */
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { createFolder, runCommand } from '../cli/run-command.ts';

const SECRET =
  /\bpass(?:word|phrase)?\b|secret|token|pepper|credential|private|api.?key|\bkey\b(?! of)|jwt|bearer/i;
/** Names and ids of keys, and keys of entities. */
const NO_SECRETS = new Set(['--key-namespace', '<keyId>', '<key...>']);

function allBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allBelow)];
}

function namesOf(command: Command): string[] {
  const options = command.options.map(({ long, short }) => long ?? short ?? '');
  const given = command.registeredArguments.map((one) => `<${one.name()}${one.variadic ? '...' : ''}>`);
  return [...options, ...given];
}

test('no option and no argument of any command takes a secret', async () => {
  const commands = allBelow(await createProgram());
  expect(commands.length).toBeGreaterThan(25);
  const taking = commands.flatMap((command) =>
    namesOf(command)
      .filter((name) => SECRET.test(name.replaceAll('-', ' ')) && !NO_SECRETS.has(name))
      .map((name) => `${command.name()} ${name}`),
  );
  expect(taking).toEqual([]);
});

test('a secret that somebody gives all the same is not repeated', { timeout: 240_000 }, async () => {
  const folder = createFolder();
  const key = `fgk_0123456789ab_${'c0ffee00'.repeat(8)}_01234567`;
  const address = 'https://user:pw-argument@127.0.0.1:1/supergraph';
  const data = ['--data-folder', folder.path];
  const commands = [
    ['tenant', 'key', 'revoke', key, ...data],
    ['tenant', 'show', key, ...data],
    ['tenant', 'show', key, '--json', ...data],
    ['gateway', '--supergraph', address, ...data, '--port', '0', '--admin-port', '0'],
    ['start', '--port', key],
    ['query', '{ a }', `--api-key=${key}`],
  ];
  const finished = await Promise.all(commands.map((args) => runCommand(args)));
  folder.remove();
  for (const [i, { status, stdout, stderr }] of finished.entries()) {
    expect(status, `${commands[i]?.join(' ')}`).not.toBe(0);
    expect(stdout + stderr).not.toMatch(/c0ffee00|pw-argument/);
    expect((stdout + stderr).length).toBeGreaterThan(20);
  }
});
