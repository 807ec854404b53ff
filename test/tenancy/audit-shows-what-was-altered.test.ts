import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { AuditEvent } from '../../src/tenancy/audit/audit-event.ts';
import { AuditLog } from '../../src/tenancy/audit/audit-log.ts';
import { readAudit } from '../../src/tenancy/audit/read-audit.ts';

const pepper = randomBytes(32);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-audit-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const event = (i: number): AuditEvent => ({
  action: 'push',
  decision: 'DONE',
  actor: `tenant ${i} "mac":"x"} \n \u001b[31m`,
  credential: 'abc',
  namespace: 'acme',
  target: 'weather',
  requestId: `r${i}`,
  accepted: i,
});

function write(count: number, processId = 'one'): string {
  const log = new AuditLog({ folder, pepper, wallClock: systemClock, processId });
  for (let i = 1; i <= count; i += 1) log.record(event(i));
  log.close();
  return path.join(folder, `${processId}-1.jsonl`);
}

const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');
const put = (file: string, lines: readonly string[]) =>
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
const problems = () =>
  readAudit(folder, pepper).problems.map(({ file, line, problem }) => [path.basename(file), line, problem]);

describe('an audit', () => {
  it('comes back as it was written, of all programs, and verifies', () => {
    write(5);
    write(3, 'two');
    const { records, problems: found, files } = readAudit(folder, pepper);
    expect(found).toEqual([]);
    expect(files).toBe(2);
    expect(records).toHaveLength(8);
    expect(records.filter(({ requestId }) => requestId === 'r3')).toMatchObject([event(3), event(3)]);
  });

  it('is one line for each event, whatever is in it', () => {
    expect(linesOf(write(4))).toHaveLength(4);
  });

  it('of many programs that begin at once has all their files', async () => {
    for (let i = 0; i < 20; i += 1) write(1, `p${i}`);
    expect(readAudit(folder, pepper)).toMatchObject({ files: 20, problems: [] });
  });

  it('goes on after a line that a kill cut short', () => {
    const file = write(3);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text}{"line":4,"at":"20`);
    expect(problems()).toEqual([]);
    const log = new AuditLog({ folder, pepper, wallClock: systemClock, processId: 'one' });
    log.record(event(9));
    log.close();
    const read = readAudit(folder, pepper);
    expect(read.problems).toEqual([]);
    expect(read.records.map(({ accepted }) => accepted)).toContain(9);
  });
});

describe('an audit names', () => {
  it.each([1, 4, 7])('line %i when it was edited', (line) => {
    const file = write(7);
    const lines = linesOf(file);
    lines[line - 1] = (lines[line - 1] as string).replace('"acme"', '"bank"');
    put(file, lines);
    expect(problems()).toEqual([['one-1.jsonl', line, 'was edited, or the line before it']]);
  });

  it.each([1, 3, 6])('line %i when it was removed', (line) => {
    const file = write(7);
    put(file, linesOf(file).toSpliced(line - 1, 1));
    expect(problems()[0]).toEqual(['one-1.jsonl', line, `is missing, up to line ${line}: removed`]);
  });

  it('the end when it was cut off', () => {
    const file = write(7);
    put(file, linesOf(file).slice(0, 5));
    expect(problems()).toEqual([['one-1.jsonl', 6, 'is missing, up to line 7: the end was cut off']]);
    truncateSync(file, 0);
    expect(problems()).toEqual([['one-1.jsonl', 1, 'is missing, up to line 7: the end was cut off']]);
  });

  it('a last line that was made to look as if a kill had cut it short', () => {
    const file = write(3);
    const whole = readFileSync(file, 'utf8');
    for (const cut of [1, 2, 40]) {
      writeFileSync(file, `${whole.trimEnd().slice(0, -cut)}\n`);
      expect(problems()).toEqual([['one-1.jsonl', 3, 'is missing, up to line 3: the end was cut off']]);
    }
  });

  it('lines that were exchanged', () => {
    const file = write(5);
    const lines = linesOf(file);
    put(file, [lines[0], lines[2], lines[1], lines[3], lines[4]] as string[]);
    expect(problems().map(([, line]) => line)).toContain(2);
    expect(problems().map(([, , what]) => what)).toContain('was line 2: moved or repeated');
  });

  it('a line that was put in, repeated, or written without the key', () => {
    const file = write(3);
    const lines = linesOf(file);
    put(file, [...lines, lines[1] as string]);
    expect(problems()[0]).toEqual(['one-1.jsonl', 4, 'was line 2: moved or repeated']);
    put(file, [...lines, '{"line":4,"action":"push"}']);
    expect(problems()[0]).toEqual(['one-1.jsonl', 4, 'is no line of this log: it was put in or edited']);
    const forger = new AuditLog({
      folder: `${folder}/x`,
      pepper: randomBytes(32),
      wallClock: systemClock,
      processId: 'one',
    });
    for (let i = 1; i <= 4; i += 1) forger.record(event(i));
    forger.close();
    put(file, [...lines, linesOf(`${folder}/x/one-1.jsonl`)[3] as string]);
    expect(problems()[0]).toEqual(['one-1.jsonl', 4, 'was edited, or the line before it']);
  });

  it('a file that is gone, and one that stands for another', () => {
    const one = write(2);
    const two = write(2, 'two');
    copyFileSync(two, one);
    copyFileSync(`${two}.head`, `${one}.head`);
    expect(problems()[0]).toEqual(['one-1.jsonl', 1, 'was edited, or the line before it']);
    rmSync(one);
    expect(problems()).toEqual([['index.jsonl', 1, 'names one-1.jsonl, which is gone: removed']]);
  });

  it('any single change of any byte of any file, and is not fooled by any', () => {
    write(4);
    write(2, 'two');
    const files = readdirSync(folder).map((name) => path.join(folder, name));
    fc.assert(
      fc.property(fc.nat(files.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, at, flip) => {
        const file = files[which] as string;
        const whole = readFileSync(file);
        const changed = Buffer.from(whole);
        const place = at % whole.length;
        changed[place] = (changed[place] as number) ^ flip;
        // Blanks that pad the head say nothing.
        if (
          file.endsWith('.head') &&
          [whole, changed].every((bytes) => /\s/.test(String.fromCharCode(bytes[place] as number)))
        )
          return;
        writeFileSync(file, changed);
        const found = readAudit(folder, pepper).problems;
        writeFileSync(file, whole);
        expect(found).not.toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(problems()).toEqual([]);
  });

  it('everything when it is read with another pepper', () => {
    write(2);
    expect(readAudit(folder, randomBytes(32)).problems).not.toEqual([]);
  });
});
