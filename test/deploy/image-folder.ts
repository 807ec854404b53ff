import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type ImageFile, REPOSITORY } from './image-file.ts';

/**
 * The folder that the image would have: what the Dockerfile copies and nothing else, with the packages that
 * `npm ci --omit=dev` leaves, so that a file or package that was forgotten is missed here, too.
 */
export function buildImageFolder(image: ImageFile, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { sources, target } of image.copies) {
    for (const source of sources) {
      const from = path.join(REPOSITORY, source);
      const to = path.join(folder, target);
      const isIntoFolder = target.endsWith('/') && !statSync(from).isDirectory();
      cpSync(from, isIntoFolder ? path.join(to, path.basename(source)) : to, { recursive: true });
    }
  }
  for (const name of productionPackages()) {
    const from = path.join(REPOSITORY, name);
    if (!existsSync(from)) continue; // of another machine
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    symlinkSync(from, path.join(folder, name));
  }
}

/** Folders of packages at the top, as the lock file has them; a nested one comes with the one around it. */
function productionPackages(): string[] {
  const { packages } = JSON.parse(readFileSync(path.join(REPOSITORY, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { readonly dev?: boolean; readonly link?: boolean }>>;
  };
  return Object.entries(packages)
    .filter(
      ([name, { dev, link }]) =>
        /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(name) && dev !== true && link !== true,
    )
    .map(([name]) => name);
}
