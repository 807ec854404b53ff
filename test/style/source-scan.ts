/**
 * Reads TypeScript roughly, without a compiler: what a file imports and where its functions begin and end. It
 * knows comments, strings, templates and regular expressions, and nothing about types or scopes.
 */
export interface SourceFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

const IMPORTS = [
  /\b(?:import|export)\s+(type\s+)?(?:[\w$*{}\s,]+?\s+from\s*)?(['"])([^'"\n]+)\2/g,
  /\b(?:import|require)\s*\(\s*()(['"])([^'"\n]+)\2\s*\)/g,
  /\bnew\s+URL\(\s*()(['"])(\.[^'"\n]+[^/])\2\s*,\s*import\.meta\.url/g,
  /\bimport\.meta\.dirname,\s*()(['"])([^'"\n]+\.[cm]?[jt]s)\2/g,
];

/** All that a file names as a module: static, dynamic, re-exported, and files opened beside `import.meta.url`. */
export function scanImports(file: SourceFile): ImportSite[] {
  const code = blank(file.text, { keepStrings: true });
  const bare = blank(file.text, { keepStrings: false });
  const sites: ImportSite[] = [];
  for (const pattern of IMPORTS) {
    for (const match of code.matchAll(pattern)) {
      if (bare[match.index] !== code[match.index]) continue; // words inside a string
      sites.push({
        specifier: match[0].startsWith('import.meta.dirname') ? `./${match[3]}` : (match[3] as string),
        line: lineAt(code, match.index),
        typeOnly: match[1] !== undefined && match[1] !== '',
      });
    }
  }
  return sites;
}

const NOT_FUNCTIONS = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await']);

/** Functions, methods and arrows with a body in braces; nested ones are told too. */
export function scanFunctions(file: SourceFile): FunctionSpan[] {
  const code = blank(file.text, { keepStrings: false });
  const spans: FunctionSpan[] = [];
  for (let at = 0; at < code.length; at += 1) {
    const header = code[at] === '(' ? parenthesizedHeader(code, at) : bareArrow(code, at);
    if (header === null) continue;
    const end = closing(code, header.bodyAt);
    const line = lineAt(code, at);
    spans.push({ name: header.name, line, lines: lineAt(code, end) - line + 1 });
  }
  return spans;
}

interface Header {
  readonly name: string;
  readonly bodyAt: number;
}

/** `name(…) {`, `name(…): Type {`, `(…) => {`; null for a call or a control statement. */
function parenthesizedHeader(code: string, openAt: number): Header | null {
  const before = code.slice(Math.max(0, openAt - 200), openAt);
  const name = /([\w$#]+)\s*(?:<[^()]*>)?\s*$/.exec(before)?.[1] ?? '(arrow)';
  if (NOT_FUNCTIONS.has(name)) return null;
  const bodyAt = bodyAfter(code, closing(code, openAt) + 1);
  return bodyAt === null ? null : { name, bodyAt };
}

/** `x => {` */
function bareArrow(code: string, at: number): Header | null {
  if (code[at] !== '=' || code[at + 1] !== '>' || !/[\w$]\s*$/.test(code.slice(Math.max(0, at - 40), at)))
    return null;
  const bodyAt = skipSpace(code, at + 2);
  return code[bodyAt] === '{' ? { name: '(arrow)', bodyAt } : null;
}

/** Where the body opens after a parameter list, past a return type and an arrow. */
function bodyAfter(code: string, from: number): number | null {
  let at = skipSpace(code, from);
  if (code[at] === ':') at = skipType(code, at + 1);
  if (code.startsWith('=>', at)) at = skipSpace(code, at + 2);
  return code[at] === '{' ? at : null;
}

/** A `{` opens a type only where a type is awaited; otherwise the type is over and a body begins. */
function skipType(code: string, from: number): number {
  let at = skipSpace(code, from);
  let awaitsType = true;
  while (at < code.length) {
    const char = code[at] as string;
    if (char === '{' && !awaitsType) return at;
    if (char === '(' || char === '[' || char === '{') {
      at = closing(code, at) + 1;
      awaitsType = false;
    } else if (char === ';' || char === ')' || char === '}' || char === ']') {
      return at;
    } else if (char === '=' && code[at + 1] === '>') {
      // After `(…)` it may be a function type or our own arrow: a brace behind it is our body.
      if (code[skipSpace(code, at + 2)] === '{') return at;
      at += 2;
      awaitsType = true;
    } else {
      const word = /^(?:[\w$.]+|[|&<>,?:=]|\S)/.exec(code.slice(at, at + 200))?.[0] ?? char;
      awaitsType = /^[|&<,?:]$/.test(word) || /^(?:is|extends|readonly|keyof|asserts)$/.test(word);
      at += word.length;
    }
    at = skipSpace(code, at);
  }
  return at;
}

function skipSpace(code: string, from: number): number {
  let at = from;
  while (at < code.length && /\s/.test(code[at] as string)) at += 1;
  return at;
}

const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

function closing(code: string, openAt: number): number {
  const open = code[openAt] as string;
  const close = PAIRS[open] as string;
  let depth = 0;
  for (let at = openAt; at < code.length; at += 1) {
    if (code[at] === open) depth += 1;
    else if (code[at] === close) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return code.length - 1;
}

export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/**
 * The code with comments (and, unless kept, the insides of strings, templates and regular expressions) replaced
 * by spaces, so that positions and lines stay.
 */
export function blank(text: string, options: { readonly keepStrings: boolean }): string {
  const out = text.split('');
  let at = 0;
  let previous = '';
  /** Depth of braces inside each open `${`, innermost last. */
  const templates: number[] = [];
  const erase = (from: number, to: number): void => {
    for (let i = from; i < to; i += 1) if (out[i] !== '\n') out[i] = ' ';
  };
  while (at < text.length) {
    const end = literalEnd(text, at, previous, templates);
    if (end === null) {
      if (!/\s/.test(text[at] as string)) previous = text[at] as string;
      at += 1;
      continue;
    }
    const isComment = text[at] === '/' && (text[at + 1] === '/' || text[at + 1] === '*');
    if (isComment) erase(at, end);
    else {
      const isText = text[at] !== '/' && text[at] !== '`' && text[at] !== '}';
      if (!(options.keepStrings && isText)) erase(at + 1, end - 1);
      previous = '"';
      // A template that stops at `${`: leave the brace out of the balance on both sides.
      if (text[end - 1] === '{') erase(end - 2, end);
      if (text[at] === '}') erase(at, at + 1);
    }
    at = end;
  }
  return out.join('');
}

/** The end of the comment or literal that starts here; `null` where plain code stands. */
function literalEnd(text: string, at: number, previous: string, templates: number[]): number | null {
  const char = text[at] as string;
  const next = text[at + 1];
  if (char === '/' && next === '/') return indexOrEnd(text, '\n', at);
  if (char === '/' && next === '*') return indexOrEnd(text, '*/', at + 2) + 2;
  if (char === "'" || char === '"') return stringEnd(text, at, char);
  if (char === '`') return templateEnd(text, at, templates);
  if (char === '/' && isRegexPlace(text, at, previous)) return regexEnd(text, at);
  if (templates.length > 0) {
    const depth = templates.at(-1) as number;
    if (char === '{') templates[templates.length - 1] = depth + 1;
    if (char === '}') {
      if (depth === 0) {
        templates.pop();
        return templateEnd(text, at, templates);
      }
      templates[templates.length - 1] = depth - 1;
    }
  }
  return null;
}

function indexOrEnd(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found === -1 ? text.length : found;
}

function stringEnd(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote || text[at] === '\n') return at + 1;
  }
  return text.length;
}

/** To the closing back-tick, or to just behind the next `${`, whose code is read as code. */
function templateEnd(text: string, from: number, templates: number[]): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '`') return at + 1;
    else if (text[at] === '$' && text[at + 1] === '{') {
      templates.push(0);
      return at + 2;
    }
  }
  return text.length;
}

/** A slash divides after a value and begins a regular expression elsewhere. */
function isRegexPlace(text: string, at: number, previous: string): boolean {
  if (previous === '' || '(,=:[!&|?{};+-*%<>~^'.includes(previous)) return true;
  return /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void)\s*$/.test(
    text.slice(Math.max(0, at - 20), at),
  );
}

function regexEnd(text: string, from: number): number {
  let inClass = false;
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if ((char === '/' && !inClass) || char === '\n') return at + 1;
  }
  return text.length;
}
