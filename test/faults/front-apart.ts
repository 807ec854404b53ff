/** A front over the embedded store as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Front, type FrontAddress } from './front.ts';
import type { Model } from './model.ts';

export interface FrontApart {
  readonly front: Front;
  readonly pid: number;
  /** From the start of the process until it answers. */
  readonly readyMs: number;
  /** What it logged so far: warnings and errors. */
  log(): string;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

export interface FrontApartOptions {
  readonly dataFolder: string;
  /** Of what was written before. */
  readonly model?: Model;
  /** Most that a file of it may have, in the shell's blocks; files that grow beyond end in an error, as on a full disk. */
  readonly fileBlocksMax?: number;
}

const CHILD = path.join(import.meta.dirname, 'front-child.ts');
/** The limit is one that may be raised again; the signal that comes with it by default would end the process. */
const LIMITED = 'trap "" XFSZ; ulimit -S -f "$1"; shift; exec "$@"';

/** @throws {Error} with what the process said when it ends before it answers. */
export async function startFrontApart(options: FrontApartOptions): Promise<FrontApart> {
  const { dataFolder, model, fileBlocksMax } = options;
  const startedMs = performance.now();
  const command = [process.execPath, '--no-warnings', CHILD, dataFolder];
  const [program, ...args] =
    fileBlocksMax === undefined ? command : ['sh', '-c', LIMITED, 'sh', `${fileBlocksMax}`, ...command];
  const child = spawn(program as string, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  let said = '';
  const address = await new Promise<FrontAddress>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('\n')) resolve(JSON.parse(said.slice(0, said.indexOf('\n'))) as FrontAddress);
    });
    child.once('close', (code) => reject(new Error(`The server ended at its start (${code}): ${complaint}`)));
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  const front = new Front(address, kill, model);
  await front.health();
  return { front, pid: child.pid as number, readyMs: performance.now() - startedMs, log: () => said, kill };
}
