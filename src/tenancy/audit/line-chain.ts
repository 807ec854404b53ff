import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * Lines of which each bears a MAC of itself and of the one before, so that none can be changed, taken out, put in
 * or moved by who has not the key. A line is JSON of one object whose last member is the MAC.
 */
export type ChainKey = Buffer;

/** What a chain begins with: its name, so that two files cannot be exchanged. */
export type ChainStart = string;

const KEY_BYTES = 32;
const MAC = /^(?<body>\{.*),"mac":"(?<mac>[0-9a-f]{64})"\}$/;

export function chainKey(pepper: Buffer): ChainKey {
  return Buffer.from(hkdfSync('sha256', pepper, '', 'featuregraph audit', KEY_BYTES));
}

/** @param before MAC of the line before, or the chain's start. @param body with at least one member, none named `mac`. */
export function sealLine(
  key: ChainKey,
  before: string,
  body: Readonly<Record<string, unknown>>,
): { readonly text: string; readonly mac: string } {
  const open = JSON.stringify(body).slice(0, -1);
  const mac = macOf(key, before, open);
  return { text: `${open},"mac":"${mac}"}`, mac };
}

export interface ReadLine {
  readonly body: Readonly<Record<string, unknown>>;
  readonly mac: string;
  /** Whether it is as it was written, after the line that had the MAC `before`. */
  follows(before: string): boolean;
}

/** @returns `undefined` for what is no line of a chain. */
export function readLine(key: ChainKey, text: string): ReadLine | undefined {
  const { body: open, mac } = MAC.exec(text)?.groups ?? {};
  if (open === undefined || mac === undefined) return undefined;
  try {
    return {
      body: JSON.parse(`${open}}`),
      mac,
      follows: (before) =>
        timingSafeEqual(Buffer.from(macOf(key, before, open), 'hex'), Buffer.from(mac, 'hex')),
    };
  } catch {
    return undefined;
  }
}

function macOf(key: ChainKey, before: string, open: string): string {
  return createHmac('sha256', key).update(`${before}\n${open}`).digest('hex');
}
