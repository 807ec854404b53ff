import { defineConfig } from './src/config.ts';

/** What this repository serves: the flights example, on the embedded store. Every key has a default. */
export default defineConfig({
  schemaFolder: 'schema',
  dataFolder: '.featuregraph',
  port: 4000,
  adminPort: 4001,
  // The example's "now": one minute after the last scheduled departure of its data. Leave it out for real time.
  clock: { at: '2013-04-01T04:00:00Z' },
  // What clients may ask for by id; `node codegen.ts` writes it.
  documents: { manifest: 'examples/delay-client/generated/persisted-documents.json' },
});
