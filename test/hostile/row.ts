/** One hostile input, what must come of it, and what may be seen of an answer. */
import type { Target } from './target.ts';

export interface HostileRow {
  /** Of the list of hostile inputs. */
  readonly id: string;
  readonly input: string;
  send(target: Target): Promise<Answer>;
  /** What `see` must tell: of a refusal its status and code. */
  readonly expected: string;
  /** `<status> <codes>` where not given. */
  readonly see?: (answer: Answer, target: Target) => string | Promise<string>;
  /** CPU time in ms that it may cost; `null` where the row is about something else. */
  readonly cpuMaxMs?: number | null;
  /** Sent once: waiting or changing something is its point. */
  readonly once?: boolean;
  /** Who may write a view is told of a column with a similar name. */
  readonly suggests?: boolean;
  /** Whose log line it is: the reader's where not given, `null` where nobody is known. */
  readonly tenant?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked at
  readonly body: any;
}

export type Headers = Readonly<Record<string, string>>;

export async function send(
  url: string,
  method: string,
  body?: string | Buffer<ArrayBuffer>,
  headers: Headers = {},
): Promise<Answer> {
  const response = await fetch(url, {
    ...{ method, headers, redirect: 'manual' },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: new Map(response.headers), text, body: parseOrNull(text) };
}

const JSON_TYPE = { 'content-type': 'application/json' };

export function bearer(key: string): Headers {
  return { authorization: `Bearer ${key}` };
}

/** POSTs a text as it is, as the reader or with these headers. */
export function postText(
  target: Target,
  text: string | Buffer<ArrayBuffer>,
  headers: Headers = {},
): Promise<Answer> {
  return send(`${target.url}/graphql`, 'POST', text, {
    ...JSON_TYPE,
    ...bearer(target.keys.reader),
    ...headers,
  });
}

export function ask(
  target: Target,
  query: string,
  more: object = {},
  headers: Headers = {},
): Promise<Answer> {
  return postText(target, JSON.stringify({ query, ...more }), headers);
}

export function push(target: Target, view: string, rows: unknown, key = target.keys.writer): Promise<Answer> {
  const text = typeof rows === 'string' ? rows : JSON.stringify(rows);
  return send(`${target.url}/push/${view}?partial=true`, 'POST', text, { ...JSON_TYPE, ...bearer(key) });
}

export function seeCodes({ status, body }: Answer): string {
  const codes = (body?.errors ?? []).map(
    (error: { readonly extensions?: { readonly code?: string } }) => error.extensions?.code ?? 'no code',
  );
  return [status, ...new Set(codes)].join(' ');
}

export function seeData({ status, body }: Answer): string {
  return `${status} ${JSON.stringify(body?.data ?? body)}`;
}

export function repeat(times: number, text: (i: number) => string): string {
  return Array.from({ length: times }, (_, i) => text(i)).join(' ');
}

export function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
