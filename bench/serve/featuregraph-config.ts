/** Our configuration in the benchmark: as `featuregraph dev` runs, with the log lines of production. */
import path from 'node:path';
import { type Config, loadConfig } from '../../src/config.ts';

export function featuregraphConfig(folder: string): Promise<Config> {
  return loadConfig({
    cwd: folder,
    env: {},
    development: true,
    flags: {
      schemaFolder: path.join(folder, 'schema'),
      dataFolder: path.join(folder, 'data'),
      port: 0,
      adminPort: 0,
      logging: { level: 'info' },
    },
  });
}
