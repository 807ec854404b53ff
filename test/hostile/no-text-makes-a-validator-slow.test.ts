/** H35: a text that is made to be tried in many ways takes no pattern and no validator long. */
import { describe, expect, test } from 'vitest';
import { parseDurationMs } from '../../src/core/duration.ts';
import { encodeEntityKey } from '../../src/core/entity-key.ts';
import { SCALAR_NAMES } from '../../src/core/feature-type.ts';
import { parseFeatureValue } from '../../src/core/feature-value.ts';
import { parseNumberCell } from '../../src/ingestion/cell.ts';
import { parseTimeText } from '../../src/ingestion/row-time.ts';
import { maskSecrets } from '../../src/observability/mask-secrets.ts';
import { parseApiKey } from '../../src/tenancy/api-key.ts';
import { attacksOn, builtPatterns, patternsOfProduct } from './patterns.ts';

/** 1 ms each, asserted at ten times that; the least of a few, because other things run beside. */
const CPU_MAX_MS = 10;
const TRIES = 4;

function cpuMs(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES && least > 1; i += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Short ones first: what tries exponentially many ways must not be given a long text. */
const LENGTHS = [24, 1_000, 20_000];
const patterns = patternsOfProduct();

test('the product has patterns, and they are found', () => {
  expect(patterns.length).toBeGreaterThan(80);
  // Of lengths, of names of the configuration, and of names of a schema with what JSON has between them.
  expect(builtPatterns()).toEqual([
    'src/config/named-environment.ts',
    'src/engine/compiled/scan-object.ts',
    'src/pepper.ts',
  ]);
});

describe('a pattern', () => {
  test.each(patterns)('$place', ({ pattern }) => {
    for (const length of LENGTHS)
      for (const attack of attacksOn(pattern, length)) {
        const ms = cpuMs(() => {
          pattern.lastIndex = 0;
          attack.replace(pattern, '');
        });
        expect(ms, `${JSON.stringify(attack.slice(0, 40))}… × ${attack.length}`).toBeLessThan(CPU_MAX_MS);
      }
  });

  test('that tries many ways is seen', () => {
    const quadratic = /^\d+\.?\d*$/;
    expect(
      attacksOn(quadratic, 20_000).some((attack) => cpuMs(() => quadratic.test(attack)) > CPU_MAX_MS),
    ).toBe(true);
  });
});

describe('a validator', () => {
  const VALIDATORS: Record<string, (text: string) => unknown> = {
    ...Object.fromEntries(
      SCALAR_NAMES.map((name) => [
        `the feature type ${name}`,
        (text: string) => parseFeatureValue({ kind: 'scalar', name, maxBytes: 256 }, text),
      ]),
    ),
    'a cell with a number': parseNumberCell,
    'a time': (text) => parseTimeText(text, 'eventTime', 0),
    'an entity key': (text) => encodeEntityKey([text]),
    'an API key': parseApiKey,
    'a duration': parseDurationMs,
    'a line of the log': maskSecrets,
  };
  const whole = /[a-z]/;
  test.each(Object.entries(VALIDATORS))('of %s', (_name, validate) => {
    for (const attack of attacksOn(whole, 20_000)) {
      const ms = cpuMs(() => validate(attack));
      expect(ms, JSON.stringify(attack.slice(0, 40))).toBeLessThan(CPU_MAX_MS);
    }
  });
});
