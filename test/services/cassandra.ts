import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { freePorts } from './free-ports.ts';
import { findOnPath, installDebianPackages, runCommand } from './run-command.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { ServiceUnavailableHere } from './service-unavailable-here.ts';

/** One Apache Cassandra node on free loopback ports: a JVM over jars that Maven fetched once. */
export interface CassandraServer extends ServerProcess {
  readonly host: string;
  /** Of the native protocol (CQL). */
  readonly port: number;
  readonly localDataCenter: string;
}

const FILES = path.join(import.meta.dirname, 'cassandra');
/** Enough for tests, and what a small machine can spare. */
const HEAP = '512m';
/** Some 20 s on an idle machine. */
const READY_WITHIN_MS = 180_000;
const COPY_JARS = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** @param settings of cassandra.yaml, in place of ours: key → its value. */
export async function startCassandra(
  port?: number,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<CassandraServer> {
  const java = await findJava();
  const jars = await fetchJars();
  const [storagePort, sslPort, freePort] = (await freePorts(3)) as [number, number, number];
  const cqlPort = port ?? freePort;
  const agent = readdirSync(jars).find((name) => name.startsWith('jamm-')) as string;
  const server = await startServer({
    name: 'cassandra',
    program: java,
    args: (folder) => {
      const configFile = writeConfig(folder, { cqlPort, storagePort, sslPort }, settings);
      return [
        ...[`-Xms${HEAP}`, `-Xmx${HEAP}`, `@${path.join(FILES, 'jvm.args')}`],
        `-javaagent:${path.join(jars, agent)}`,
        ...[`-Dcassandra.config=file://${configFile}`, `-Dcassandra.storagedir=${folder}`],
        `-Dcassandra.logdir=${folder}`,
        `-Dlogback.configurationFile=${path.join(FILES, 'logback.xml')}`,
        ...['-cp', path.join(jars, '*'), 'org.apache.cassandra.service.CassandraDaemon'],
      ];
    },
    isReady: (log) => log.includes('Startup complete'),
    readyWithinMs: READY_WITHIN_MS,
  });
  return Object.defineProperties(server, {
    host: { value: '127.0.0.1', enumerable: true },
    port: { value: cqlPort, enumerable: true },
    localDataCenter: { value: 'datacenter1', enumerable: true },
  }) as CassandraServer;
}

async function findJava(): Promise<string> {
  const found = findOnPath('java');
  if (found !== undefined) return found;
  const reason = await installOrReason(['openjdk-17-jre-headless']);
  const installed = findOnPath('java');
  if (installed === undefined) throw new ServiceUnavailableHere('cassandra', `no java on PATH; ${reason}`);
  return installed;
}

/** The folder with Cassandra's jars; fetched at the first use of this machine. */
async function fetchJars(): Promise<string> {
  const pom = path.join(FILES, 'pom.xml');
  const version = /<version>(\d+\.\d+\.\d+)<\/version>/.exec(readFileSync(pom, 'utf8'))?.[1];
  const jars = path.join(cacheFolder('cassandra'), `jars-${version}`);
  if (existsSync(jars)) return jars;
  if (findOnPath('mvn') === undefined) {
    const reason = await installOrReason(['maven']);
    if (findOnPath('mvn') === undefined)
      throw new ServiceUnavailableHere('cassandra', `no mvn on PATH; ${reason}`);
  }
  // Under a name of its own until complete, so that an interrupted fetch is never taken for a whole one.
  const partial = `${jars}.${process.pid}`;
  try {
    await runCommand('mvn', [
      '-q',
      '-B',
      '-ntp',
      '-f',
      pom,
      COPY_JARS,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${partial}`,
    ]);
    if (!existsSync(jars)) renameSync(partial, jars);
  } catch (error) {
    throw new ServiceUnavailableHere(
      'cassandra',
      `its jars could not be fetched: ${(error as Error).message}`,
    );
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return jars;
}

async function installOrReason(packages: readonly string[]): Promise<string> {
  try {
    return (await installDebianPackages(packages))
      ? 'apt-get brought none'
      : 'not root to install it with apt-get';
  } catch (error) {
    return (error as Error).message;
  }
}

interface Ports {
  readonly cqlPort: number;
  readonly storagePort: number;
  readonly sslPort: number;
}

function writeConfig(folder: string, ports: Ports, settings: Readonly<Record<string, unknown>>): string {
  const file = path.join(folder, 'cassandra.yaml');
  const kept = readFileSync(path.join(FILES, 'cassandra.yaml'), 'utf8')
    .replaceAll('$STORAGE_PORT', `${ports.storagePort}`)
    .replaceAll('$SSL_PORT', `${ports.sslPort}`)
    .replaceAll('$CQL_PORT', `${ports.cqlPort}`)
    .replaceAll('$DATA', folder)
    .split(/\n(?=\S)/) // what is indented belongs to the key above it
    .filter((part) => !Object.hasOwn(settings, part.split(':', 1)[0] as string));
  // What is JSON is YAML.
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  writeFileSync(file, [...kept, ...lines, ''].join('\n'));
  return file;
}
