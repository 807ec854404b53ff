import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { REPOSITORY } from './image-file.ts';

/** docker-compose.yml as far as tests ask for it, with its anchors merged. */
export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly stop_grace_period?: string;
  readonly restart?: string;
}

export function readComposeFile(): ComposeFile {
  return parse(readFileSync(path.join(REPOSITORY, 'docker-compose.yml'), 'utf8'), { merge: true });
}

/** Those that run featuregraph, each after what it depends on. */
export function ownServices({ services }: ComposeFile): (readonly [name: string, ComposeService])[] {
  const own = Object.entries(services).filter(([, { build }]) => build !== undefined);
  const placed = new Set<string>();
  const ordered: (readonly [string, ComposeService])[] = [];
  const isOwn = (name: string): boolean => own.some(([one]) => one === name);
  while (ordered.length < own.length) {
    const next = own.find(
      ([name, service]) =>
        !placed.has(name) &&
        Object.keys(service.depends_on ?? {}).every((needed) => placed.has(needed) || !isOwn(needed)),
    );
    if (next === undefined)
      throw new Error('The services of docker-compose.yml depend on each other in a circle.');
    placed.add(next[0]);
    ordered.push(next);
  }
  return ordered;
}

/** `data:/var/lib/featuregraph` → its two parts. */
export function mountOf(volume: string): { readonly name: string; readonly target: string } {
  const [name = '', target = ''] = volume.split(':');
  return { name, target };
}

/** `127.0.0.1:4000:4000` → its three parts. */
export function portOf(port: string): {
  readonly host: string;
  readonly published: string;
  readonly target: string;
} {
  const [host = '', published = '', target = ''] = port.split(':');
  return { host, published, target };
}
