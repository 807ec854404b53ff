import type { TestProject } from 'vitest/node';
import { startServiceKeeper } from './service-keeper.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly serviceKeeperUrl: string;
  }
}

/** Runs once for all test files: opens the keeper of the real servers, and stops what it started, at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const keeper = await startServiceKeeper();
  project.provide('serviceKeeperUrl', keeper.url);
  return () => keeper.stop();
}
