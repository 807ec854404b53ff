import { defineConfig } from './src/config.ts';

/** What this repository serves: the flights example, on the embedded store. Every key has a default. */
export default defineConfig({
  schemaFolder: 'schema',
  dataFolder: '.featuregraph',
  port: 4000,
  adminPort: 4001,
});
