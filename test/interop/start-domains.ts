/** Domains that other teams wrote with other tools, each as a process of its own. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../services/cache-folder.ts';
import { freePorts } from '../services/free-ports.ts';
import { findOnPath, runCommand } from '../services/run-command.ts';
import { type ServerProcess, startServer } from '../services/server-process.ts';
import { ServiceUnavailableHere } from '../services/service-unavailable-here.ts';

export interface ForeignDomain {
  readonly process: ServerProcess;
  readonly url: string;
  /** What it publishes: `{ _service { sdl } }`. */
  readonly sdl: string;
}

const READY_WITHIN_MS = 60_000;
const STRAWBERRY = path.join(import.meta.dirname, 'strawberry');

/** A plain Apollo Server with `@apollo/subgraph`. */
export async function startUpkeep(): Promise<ForeignDomain> {
  const script = path.join(import.meta.dirname, 'apollo/upkeep.ts');
  return await start('upkeep', '', process.execPath, (port) => [script, `${port}`]);
}

/** Strawberry under uvicorn. */
export async function startFuel(): Promise<ForeignDomain> {
  const python = await installStrawberry();
  const app = ['-m', 'uvicorn', 'fuel:app', '--app-dir', STRAWBERRY];
  return await start('fuel', '/', python, (port) => [...['-B', ...app], '--port', `${port}`]);
}

async function start(
  name: string,
  at: string,
  program: string,
  args: (port: number) => string[],
): Promise<ForeignDomain> {
  const [port] = (await freePorts(1)) as [number];
  const url = `http://127.0.0.1:${port}${at}`;
  const process = await startServer({
    ...{ name, program, args: () => args(port) },
    isReady: async () => (await sdlOf(url).catch(() => undefined)) !== undefined,
    readyWithinMs: READY_WITHIN_MS,
  });
  return { process, url, sdl: await sdlOf(url) };
}

async function sdlOf(url: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const body = (await response.json()) as { data: { _service: { sdl: string } } };
  return body.data._service.sdl;
}

/** @returns the Python of a virtual environment with what `requirements.txt` names; made once on this machine. */
async function installStrawberry(): Promise<string> {
  const python = findOnPath('python3');
  if (python === undefined) throw new ServiceUnavailableHere('strawberry', 'no python3 on PATH');
  const requirements = path.join(STRAWBERRY, 'requirements.txt');
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = path.join(cacheFolder('strawberry'), version);
  const installed = path.join(folder, 'bin/python');
  // Written last, so that an interrupted installation is never taken for a whole one.
  const whole = path.join(folder, 'whole');
  if (existsSync(whole)) return installed;
  try {
    mkdirSync(folder, { recursive: true });
    await runCommand(python, ['-m', 'venv', '--clear', folder]);
    const quietly = ['--quiet', '--disable-pip-version-check'];
    await runCommand(installed, ['-m', 'pip', 'install', ...quietly, '-r', requirements]);
    writeFileSync(whole, '');
  } catch (error) {
    throw new ServiceUnavailableHere('strawberry', `it could not be installed: ${(error as Error).message}`);
  }
  return installed;
}
