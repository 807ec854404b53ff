import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Node reads graphql's CommonJS half everywhere; Vite would take the other one, and two halves are two realms. */
const GRAPHQL = fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url));

/**
 * How the tests run: in processes of their own, because native stores and fixed clocks must not be shared, and
 * few at a time, so that durations mean something on a small machine.
 */
export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: GRAPHQL }] },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    allowOnly: false,
    passWithNoTests: false,
  },
});
