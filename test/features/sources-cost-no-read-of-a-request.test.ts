/** Source times are at hand when a request needs them: read in the background, and once for a namespace never met. */
import { afterEach, expect, test } from 'vitest';
import { SourceWatch } from '../../src/features/source-watch.ts';
import type { View } from '../../src/registry/registry.ts';

const VIEW = { source: 'trips', sourceMaxLagMs: 100 } as View;
let watch: SourceWatch | null = null;
afterEach(() => watch?.stop());

function createWatch(options: { fails?: () => boolean; times?: Map<string, number> } = {}) {
  const calls: string[] = [];
  const errors: unknown[] = [];
  const times = options.times ?? new Map([['trips', 1000]]);
  watch = new SourceWatch({
    times: {
      async timesOf(namespace) {
        calls.push(namespace);
        if (options.fails?.() === true) throw new Error('no store');
        return new Map(times);
      },
    },
    refreshEveryMs: 5,
    onError: (error) => errors.push(error),
  });
  return { watch, calls, errors, times };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

test('the first reading is waited for, later ones go on by themselves until it is stopped', async () => {
  const { watch: started, calls, times } = createWatch();
  await started.start(['a']);
  expect(started.timeMs('a', 'trips')).toBe(1000);
  expect(started.ready('a')).toBeNull();
  times.set('trips', 2000);
  await until(() => started.timeMs('a', 'trips') === 2000);
  started.stop();
  const count = calls.length;
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(calls.length).toBeLessThanOrEqual(count + 1);
});

test('a namespace never met is read once, however many requests wait for it', async () => {
  const { watch: started, calls } = createWatch();
  await Promise.all([started.ready('b'), started.ready('b')]);
  expect(started.ready('b')).toBeNull();
  expect(calls).toEqual(['b']);
});

test('a write of this process is known at once, and an older one changes nothing', async () => {
  const { watch: started } = createWatch();
  await started.ready('a');
  started.note('a', 'trips', 5000);
  started.note('a', 'trips', 3000);
  expect(started.timeMs('a', 'trips')).toBe(5000);
});

test('times that cannot be read are told, and what is unknown counts as behind', async () => {
  let failing = true;
  const { watch: started, errors } = createWatch({ fails: () => failing });
  await started.ready('a');
  expect(errors.length).toBe(1);
  expect(started.isBehind(VIEW, 'a', 1000)).toBe(true);
  failing = false;
  await started.ready('a');
  expect(started.isBehind(VIEW, 'a', 1100)).toBe(false);
  expect(started.isBehind(VIEW, 'a', 1101)).toBe(true);
});

test('a view without a source, or without a bound for it, is never behind', async () => {
  const { watch: started } = createWatch({ times: new Map() });
  await started.ready('a');
  expect(started.isBehind({ ...VIEW, source: null }, 'a', 9e9)).toBe(false);
  expect(started.isBehind({ ...VIEW, sourceMaxLagMs: null }, 'a', 9e9)).toBe(false);
});
