/** The fenced blocks of a page, and what each asks for by the words after its language. */
export interface Block {
  /** Of its first fence. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly task: Task;
}

export type Task =
  /** Writes the block into the project, whole. */
  | { readonly kind: 'file'; readonly path: string }
  /** Changes a file of the project: lines with `-` go, lines with `+` come, others must be there. */
  | { readonly kind: 'change'; readonly path: string }
  /** Runs it in the project's folder; `exits with` is 0 where it does not say. */
  | { readonly kind: 'command'; readonly exitCode: number }
  /** Starts it and leaves it running until the page, or another server, ends it. */
  | { readonly kind: 'server' }
  /** Is what the command before printed. */
  | { readonly kind: 'output' }
  /** Is among what the server printed, soon. */
  | { readonly kind: 'server output' }
  /** For the query that follows. */
  | { readonly kind: 'variables' }
  | { readonly kind: 'read options' }
  | { readonly kind: 'query' }
  /** Is the whole answer to the query before. */
  | { readonly kind: 'answer' }
  /** Comes from the code; `docs/generate.ts --check` holds it. */
  | { readonly kind: 'printed' }
  | { readonly kind: 'not run'; readonly reason: string };

const FENCE = /^ {0,3}```([^\n]*)\n(.*?)^ {0,3}```[ \t]*$/gms;
const PATH = /^[\w./-]+\.\w+$/;

/**
 * @param assume the words after the language, for a block that has none.
 * @throws Error naming page, line and block, for a block that asks for nothing known.
 */
export function readBlocks(
  page: string,
  markdown: string,
  assume: (text: string) => string = () => '',
): Block[] {
  return [...markdown.matchAll(FENCE)].map(({ index, 1: info = '', 2: text = '' }) => {
    const line = markdown.slice(0, index).split('\n').length;
    const [language = '', ...words] = info.trim().split(/\s+/);
    const asked = words.length > 0 ? words.join(' ') : assume(text);
    const task = taskOf(language, asked);
    if (task !== null) return { line, language, text, task };
    throw new Error(`${page}:${line} has a block \`${info}\` that no test can run. ${KNOWN}`);
  });
}

const KNOWN =
  'Expected <language> <path>, diff <path>, sh, sh exits with <n>, sh server, text output, text server output, ' +
  'graphql query, json variables, json read options, json answer, or <language> not run: <reason>.';

function taskOf(language: string, asked: string): Task | null {
  if (asked.startsWith('not run:')) {
    const reason = asked.slice('not run:'.length).trim();
    return reason === '' ? null : { kind: 'not run', reason };
  }
  if (asked === 'printed') return { kind: 'printed' };
  if (language === 'diff') return PATH.test(asked) ? { kind: 'change', path: asked } : null;
  if (language === 'sh') return commandOf(asked);
  if (language === 'text' && (asked === 'output' || asked === 'server output')) return { kind: asked };
  if (language === 'graphql' && asked === 'query') return { kind: 'query' };
  if (language === 'json' && (asked === 'variables' || asked === 'read options' || asked === 'answer'))
    return { kind: asked };
  return language !== '' && PATH.test(asked) ? { kind: 'file', path: asked } : null;
}

function commandOf(asked: string): Task | null {
  if (asked === 'server') return { kind: 'server' };
  const exitCode = asked === '' ? '0' : /^exits with (\d+)$/.exec(asked)?.[1];
  return exitCode === undefined ? null : { kind: 'command', exitCode: Number(exitCode) };
}
