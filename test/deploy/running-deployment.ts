import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ComposeFile, type ComposeService, mountOf } from './compose-file.ts';
import { type ImageFile, REPOSITORY } from './image-file.ts';
import { buildImageFolder } from './image-folder.ts';

/** The `node` of the image. */
const USER = { uid: 1000, gid: 1000 };

export interface ProcessOutcome {
  readonly status: number | null;
  readonly output: string;
}

/**
 * The services of docker-compose.yml as processes of this machine: the image's folder, the argv, the environment and
 * the user that an engine would give them. Paths of mounts lead to folders of the test, and what an engine's network
 * does (names, a port 4000 for each) variables do.
 */
export class RunningDeployment {
  readonly #compose: ComposeFile;
  readonly #image: ImageFile;
  /** What the network would do. */
  readonly #network: Readonly<Record<string, string>>;
  readonly #root = mkdtempSync(path.join(tmpdir(), 'featuregraph-deployment-'));
  readonly #app = path.join(this.#root, 'app');
  readonly #user: Partial<typeof USER>;
  readonly #running = new Map<string, { readonly child: ChildProcess; output: string }>();
  readonly #filesBefore: readonly string[];

  constructor(compose: ComposeFile, image: ImageFile, network: Readonly<Record<string, string>>) {
    this.#compose = compose;
    this.#image = image;
    this.#network = network;
    buildImageFolder(image, this.#app);
    cpSync(path.join(REPOSITORY, 'deploy/make-secrets.sh'), path.join(this.#root, 'deploy/make-secrets.sh'));
    execFileSync('sh', [path.join(this.#root, 'deploy/make-secrets.sh')], { stdio: 'pipe' });
    // An engine mounts each file, whoever may enter the folder.
    chmodSync(path.join(this.#root, 'deploy/secrets'), 0o755);
    chmodSync(this.#root, 0o755);
    this.#user = this.#canBecomeUser() ? USER : {};
    for (const name of Object.keys(compose.volumes)) {
      const folder = this.#volume(name);
      mkdirSync(folder);
      if (this.#user.uid !== undefined) chownSync(folder, USER.uid, USER.gid);
    }
    this.#filesBefore = this.#files();
  }

  /** Whether processes run as the image's user, to whom the image's files are not his to write. */
  get isOtherUser(): boolean {
    return this.#user.uid !== undefined;
  }

  /** Runs a service's command, or another in its place, to its end. */
  async run(service: string, command = this.#service(service).command, env = {}): Promise<ProcessOutcome> {
    const { child, output } = this.#spawn(service, [...this.#image.entryPoint, ...(command ?? [])], env);
    const [status] = await once(child, 'close');
    return { status, output: output() };
  }

  /** Starts a service that stays. */
  start(service: string, env: Readonly<Record<string, string>>): void {
    const { child, output } = this.#spawn(
      service,
      [...this.#image.entryPoint, ...(this.#service(service).command ?? [])],
      env,
    );
    this.#running.set(service, {
      child,
      get output() {
        return output();
      },
      set output(_: string) {},
    });
  }

  /** What the image's health check says about a service, run as the engine would: exit code 0. */
  async isHealthy(service: string, env: Readonly<Record<string, string>>): Promise<boolean> {
    const running = this.#running.get(service);
    if (running?.child.exitCode !== null) throw new Error(`${service} has ended: ${running?.output}`);
    const { child } = this.#spawn(service, this.#image.healthCheck, env);
    const [status] = await once(child, 'close');
    return status === 0;
  }

  /** SIGTERM, as the engine does. @returns how it ended. */
  async end(service: string): Promise<ProcessOutcome> {
    const running = this.#running.get(service);
    if (running === undefined) throw new Error(`${service} is not running.`);
    this.#running.delete(service);
    const closed = once(running.child, 'close');
    running.child.kill('SIGTERM');
    const [status] = await closed;
    return { status, output: running.output };
  }

  /** Files that came to be in the image's folder, which is read-only where an engine runs it. */
  filesWritten(): string[] {
    const before = new Set(this.#filesBefore);
    return this.#files().filter((file) => !before.has(file));
  }

  remove(): void {
    for (const { child } of this.#running.values()) child.kill('SIGKILL');
    rmSync(this.#root, { recursive: true, force: true });
  }

  #service(name: string): ComposeService {
    const service = this.#compose.services[name];
    if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}.`);
    return service;
  }

  #spawn(service: string, argv: readonly string[], env: Readonly<Record<string, string>>) {
    const [program, ...args] = argv as [string, ...string[]];
    if (program !== 'node') throw new Error(`Expected the image to run node, got ${program}.`);
    const child = spawn(process.execPath, args, {
      cwd: this.#app,
      env: { ...this.#environmentOf(service), ...this.#network, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...this.#user,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    return { child, output: () => text };
  }

  #environmentOf(service: string): Record<string, string> {
    const { environment = {}, volumes = [], secrets = [] } = this.#service(service);
    const mounts = new Map<string, string>();
    for (const { name, target } of volumes.map(mountOf)) mounts.set(target, this.#volume(name));
    for (const secret of secrets)
      mounts.set(`/run/secrets/${secret}`, path.join(this.#root, this.#compose.secrets[secret]?.file ?? ''));
    const all = { ...this.#image.environment, ...environment };
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, mounts.get(value) ?? value]));
  }

  #volume(name: string): string {
    return path.join(this.#root, `volume-${name}`);
  }

  #files(): string[] {
    return readdirSync(this.#app, { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.startsWith('node_modules'),
    );
  }

  /** Not where the tests are somebody's who may not change users, or whose folders others may not read. */
  #canBecomeUser(): boolean {
    if (process.getuid?.() !== 0) return false;
    try {
      const look = "require('node:fs').readFileSync('node_modules/graphql/package.json')";
      execFileSync(process.execPath, ['-e', look], { cwd: this.#app, stdio: 'pipe', ...USER });
      return true;
    } catch {
      return false;
    }
  }
}
