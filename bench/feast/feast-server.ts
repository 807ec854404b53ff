/**
 * Contestant: one of Feast's own servers, as favourably as its options allow: no access log, no metrics, no restart of
 * its worker. This program only starts it, and tells the CPU time of its processes.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { freePorts } from '../../test/services/free-ports.ts';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';

export interface FeastArgument {
  readonly kind: 'go' | 'python';
  readonly program: string;
  /** Its repository, filled. */
  readonly folder: string;
}

const READY_MAX_MS = 120_000;
const READY_LOOK_MS = 200;
/** A clock tick of the kernel, in µs: a hundredth of a second on every Linux. */
const TICK_US = 10_000;

const { kind, program, folder } = givenArgument<FeastArgument>();
const [port] = (await freePorts(1)) as [number];
const python = ['--no-access-log', '-w', '1', '--max-requests', '0', '--registry_ttl_sec', '3600'];
const options =
  kind === 'python'
    ? ['serve', '-h', '127.0.0.1', '-p', `${port}`, ...python]
    : // A port that cannot be: or it would tell its metrics to all the world.
      ['-type=http', '-host=127.0.0.1', `-port=${port}`, '-metrics-port=-1', '-chdir=.'];
const server = spawn(program, options, {
  cwd: folder,
  detached: true,
  stdio: 'ignore',
});
process.once('exit', () => {
  // It and its workers.
  if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
});

await untilReady();
standReady(
  { origin: `http://127.0.0.1:${port}`, path: '/get-online-features', headers: JSON_HEADERS },
  { cpu: async () => cpuUsOfGroup(server.pid as number) },
);

async function untilReady(): Promise<void> {
  const endsMs = performance.now() + READY_MAX_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok === true) return;
    if (server.exitCode !== null) throw new Error(`${program} ended with ${server.exitCode}.`);
    if (performance.now() > endsMs) throw new Error(`${program} did not answer within ${READY_MAX_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, READY_LOOK_MS));
  }
}

/** Of all processes of the group, and of those of their children that have ended. */
function cpuUsOfGroup(group: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (fields === null || Number(fields[2]) !== group) continue;
    for (const field of fields.slice(11, 15)) ticks += Number(field);
  }
  return ticks * TICK_US;
}

/** @returns the fields after the name, from the state on; `null` of one that has just ended. */
function statOf(pid: string): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
