import path from 'node:path';
import { z } from 'zod';

/** What the configuration says about metering: where the log of answers is, and where it goes from there. */
const MAX_BYTES_DEFAULT = 1024 ** 3;

const sink = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('file'),
    folder: z.string().min(1).describe('gets a copy of every log'),
  }),
  z.strictObject({
    kind: z.literal('http'),
    url: z.url({ protocol: /^https?$/ }).describe('gets batches of CloudEvents by POST'),
    tokenFile: z.string().min(1).optional().describe('sent as Authorization: Bearer'),
  }),
]);

export const usageShape = z
  .strictObject({
    folder: z
      .string()
      .min(1)
      .optional()
      .describe(
        'on a local disk: what each answer cost; in development usage in dataFolder, else nothing is kept',
      ),
    maxBytes: z
      .int()
      .min(1024 * 1024)
      .default(MAX_BYTES_DEFAULT)
      .describe('of that folder; the oldest goes first'),
    sinks: z
      .record(z.string().regex(/^[a-z0-9-]{1,64}$/, 'expected lower-case letters, digits and dashes'), sink)
      .default({})
      .describe('where events are forwarded to, by name'),
  })
  .prefault({});

export interface UsageOptions {
  /** Absolute; `null`: nothing is kept. */
  readonly folder: string | null;
  readonly maxBytes: number;
  readonly sinks: Readonly<Record<string, UsageSinkOptions>>;
}

export type UsageSinkOptions =
  | { readonly kind: 'file'; readonly folder: string }
  | { readonly kind: 'http'; readonly url: string; readonly token: string | null };

/** @param readFile tells its own problem, and returns `null` then. */
export function resolveUsage(
  { folder, maxBytes, sinks }: z.output<typeof usageShape>,
  given: { readonly base: string; readonly dataFolder: string; readonly development: boolean },
  readFile: (key: string, file: string | undefined) => string | null,
): UsageOptions {
  const inData = given.development ? path.join(given.dataFolder, 'usage') : null;
  return {
    folder: folder === undefined ? inData : path.resolve(given.base, folder),
    maxBytes,
    sinks: Object.fromEntries(
      Object.entries(sinks).map(([name, one]): [string, UsageSinkOptions] => [
        name,
        one.kind === 'file'
          ? { kind: one.kind, folder: path.resolve(given.base, one.folder) }
          : {
              kind: one.kind,
              url: one.url,
              token: readFile(`usage.sinks.${name}.tokenFile`, one.tokenFile)?.trim() ?? null,
            },
      ]),
    ),
  };
}
