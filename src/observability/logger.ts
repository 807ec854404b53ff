import cluster from 'node:cluster';
import { type DestinationStream, type Logger, pino } from 'pino';
import { systemClock } from '../core/clock.ts';
import { describeError } from './describe-error.ts';
import { maskSecrets } from './mask-secrets.ts';

/** Structured JSON lines. Keys, tokens and values of features never go in: the fields named here are cut out, and so is what looks like a secret. */
export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const REDACTED = [
  'req.headers.authorization',
  'headers.authorization',
  'authorization',
  '*.authorization',
  'apiKey',
  '*.apiKey',
];

/** A line for each request is gathered with others before it is written: one call of the system for many lines. */
const WRITTEN_AT_ONCE_BYTES = 3072;
/** Of whole lines: the most that a pipe takes in one piece, so that lines of several workers do not mix. */
const WRITTEN_MAX_BYTES = 4096;
/** No line waits longer than this. Those that wait are written when the process ends, save by SIGKILL. */
const WRITTEN_EVERY_MS = 100;

/** @param destination where lines go; standard output when not given. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    base: cluster.isWorker ? { worker: cluster.worker?.id } : null,
    timestamp: timeOfLine,
    serializers: { err: (error: unknown) => describeError(error) },
    hooks: { streamWrite: maskSecrets },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination ?? standardOutput());
}

let lastMs = Number.NaN;
let lastTime = '';

/** As JSON, with the comma before it. A busy server writes several lines in one millisecond. */
function timeOfLine(): string {
  const nowMs = systemClock.nowMs();
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    lastTime = `,"time":"${new Date(nowMs).toISOString()}"`;
  }
  return lastTime;
}

let output: ReturnType<typeof pino.destination> | undefined;

/** One for the whole process, as there is one standard output. */
function standardOutput(): DestinationStream {
  if (output === undefined) {
    const opened = pino.destination({
      dest: 1,
      // Handing it to a thread costs more than writing it.
      sync: true,
      minLength: WRITTEN_AT_ONCE_BYTES,
      maxWrite: WRITTEN_MAX_BYTES,
      periodicFlush: WRITTEN_EVERY_MS,
    });
    process.once('exit', () => opened.flushSync());
    output = opened;
  }
  return output;
}

/** For lines whose every field is known and none is secret: nothing is looked for in them. */
export function withoutRedaction(logger: Logger): Logger {
  return logger.child({}, { redact: [] });
}
