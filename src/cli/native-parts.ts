import { createRequire } from 'node:module';

/**
 * Some of what we stand on is machine code, prebuilt for the usual platforms only. When one of these parts does not
 * load, its own message speaks of files and bindings; ours says which part, for which platform, and what to do.
 */
export interface NativePart {
  /** The npm package that loads it. */
  readonly packageName: string;
  readonly purpose: string;
  /** What it is prebuilt for, as `platformHere` writes it. */
  readonly platforms: readonly string[];
}

const WITH_GLIBC = ['linux-x64-glibc', 'linux-arm64-glibc'];
const WITH_MUSL = ['linux-x64-musl', 'linux-arm64-musl'];
const DARWIN = ['darwin-x64', 'darwin-arm64'];
const WINDOWS = ['win32-x64', 'win32-arm64'];

export const NATIVE_PARTS: readonly NativePart[] = [
  {
    packageName: '@graphql-hive/router-query-planner',
    purpose: 'the query planner',
    platforms: [...WITH_GLIBC, ...DARWIN],
  },
  {
    packageName: 'lmdb',
    purpose: 'the embedded store',
    platforms: [...WITH_GLIBC, ...WITH_MUSL, ...DARWIN, ...WINDOWS],
  },
  {
    packageName: '@duckdb/node-api',
    purpose: 'the reader of Parquet files',
    platforms: [...WITH_GLIBC, ...WITH_MUSL, ...DARWIN, ...WINDOWS],
  },
];

/** What a part that does not load says, in the words of its loaders. */
const LOAD_FAILURE =
  /native (?:build|binding)|dlopen|\.node\b|Cannot find (?:module|package)|cannot open shared object/i;

/** What the system says of a file that is there, in the words of Linux, macOS and Windows. */
const BROKEN_FILE =
  /ELF|too short|shared object|GLIBC_|mach-o|code signature|not a valid Win32|module could not be found/i;

const require = createRequire(import.meta.url);

/** @returns an error to show in place of the given one, when that came of a native part that does not load. */
export function explainMissingParts(error: unknown): Error | undefined {
  if (!(error instanceof Error) || !LOAD_FAILURE.test(messagesOf(error))) return undefined;
  const platform = platformHere();
  const lines: string[] = [];
  for (const part of NATIVE_PARTS) {
    const failure = loadFailure(part);
    if (failure !== undefined) lines.push(describe(part, platform, failure));
  }
  return lines.length === 0 ? undefined : new Error(lines.join('\n'), { cause: error });
}

/** `linux-x64-glibc`, `linux-arm64-musl`, `darwin-arm64`, `win32-x64`. */
export function platformHere(): string {
  const { platform, arch } = process;
  if (platform !== 'linux') return `${platform}-${arch}`;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return `${platform}-${arch}-${header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'}`;
}

function loadFailure({ packageName }: NativePart): Error | undefined {
  try {
    require(packageName);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

export function describe(part: NativePart, platform: string, failure: Error): string {
  const name = `${part.purpose} (${part.packageName})`;
  const shown = platform.replaceAll('-', ' ');
  if (!part.platforms.includes(platform)) {
    const others = part.platforms.map((one) => one.replaceAll('-', ' ')).join(', ');
    return `There is no prebuilt native part of ${name} for this platform, ${shown}; there is one for ${others}. Run featuregraph on one of those, for example in a container of the image node:24-slim.`;
  }
  const broken = messagesOf(failure)
    .split('\n')
    .find((line) => BROKEN_FILE.test(line));
  if (broken === undefined)
    return `The native part of ${name} for this platform, ${shown}, is not installed. npm leaves it out with \`--omit=optional\`, and node_modules that was copied from another machine has that one's: delete node_modules and run \`npm install\` here, without \`--omit=optional\`.`;
  return `The native part of ${name} for this platform, ${shown}, is there but does not load (${broken.trim()}). Install again (\`npm rebuild\` or a fresh \`npm install\`); if that does not help, use another Node or a newer system.`;
}

/** Its own, and those of what caused it. */
function messagesOf(error: Error): string {
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < CAUSES_MAX; at = at.cause)
    messages.push(at.message);
  return messages.join('\n');
}

/** Against a circle of causes. */
const CAUSES_MAX = 20;
