import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { PageProject } from './page-project.ts';

/** A copy of this repository, as far as its commands and its example need it, for pages that happen there. */
const ROOT = path.resolve(import.meta.dirname, '../..');

export function createRepositoryProject(): PageProject {
  const project = new PageProject();
  for (const name of ['schema', 'featuregraph.config.ts'])
    cpSync(path.join(ROOT, name), path.join(project.folder, name), { recursive: true });
  for (const name of ['src', 'gateway', 'examples'])
    symlinkSync(path.join(ROOT, name), path.join(project.folder, name));
  // As the repository's, without the launcher: what that installs is there.
  const scripts = { start: 'featuregraph start', featuregraph: 'featuregraph' };
  project.write('package.json', JSON.stringify({ name: 'copy', private: true, type: 'module', scripts }));
  return project;
}
