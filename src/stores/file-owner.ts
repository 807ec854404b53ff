/**
 * Names processes in the names of their files, so that others of the folder can tell whether a file's owner has ended:
 * `<machine>.<pid>`. Two machines may have one name, and containers of one their own numbers: the first part says on
 * which kernel, since when, and of which numbers. After a container's restart that is another machine.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Plain characters only: the parts of a file's name are told apart by dots. */
const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, '_');
export const THIS_MACHINE = `${HOST}-${createHash('sha256').update(kernelAndNumbers()).digest('hex').slice(0, 8)}`;
export const THIS_PROCESS = `${THIS_MACHINE}.${process.pid}`;

/**
 * Whether a process is known to have ended; of another machine's nothing is known from here. What has this process's
 * own name and is not its own was an ended one's with its number.
 */
export function isEndedHere(owner: string): boolean {
  const [machine, pid] = owner.split('.');
  return machine === THIS_MACHINE && (owner === THIS_PROCESS || !isAlive(Number(pid)));
}

/** Of Linux; elsewhere a machine's name is all that is known of it. */
function kernelAndNumbers(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, and sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
