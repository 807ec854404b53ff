/**
 * A front over the embedded store in a process of its own, to be killed, or to run out of disk. Argument: the data
 * folder. Prints its address as one line of JSON, then its log, and ends with its parent.
 */
import { openFront, PATIENT_MS } from './front.ts';

const front = await openFront({
  dataFolder: process.argv[2] as string,
  logLevel: 'warn',
  deadlineMs: PATIENT_MS,
});
process.stdin.on('end', () => process.exit(0)).resume();
console.log(JSON.stringify(front.address));
