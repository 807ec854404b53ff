/** The product as one process of a production machine opens it: configuration, workspace, feature reader, stores. */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ConfigInput, loadConfig } from '../../src/config.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';
import type { ProcessOrders } from './orders.ts';

export async function openProduct(orders: ProcessOrders): Promise<Workspace> {
  const config = await loadConfig({
    cwd: tmpdir(),
    env: {},
    flags: {
      schemaFolder: path.join(import.meta.dirname, 'schema'),
      dataFolder: orders.dataFolder,
      logging: { level: 'silent' },
      stores: orders.stores as ConfigInput['stores'],
      tiers: { default: orders.tier } as ConfigInput['tiers'],
    },
  });
  return openWorkspace(config);
}

/** Blocks of the hot tier that this process knows to be behind. */
export async function pendingRepairs(workspace: Workspace): Promise<number> {
  const metric = workspace.metrics.registry.getSingleMetric('featuregraph_repairs_pending');
  const { values } = (await metric?.get()) ?? { values: [] };
  return values.reduce((sum, { value }) => sum + value, 0);
}
