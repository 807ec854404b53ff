/**
 * A page to try queries in: GraphiQL, served from files on disk, so that it works without a network. It must not
 * know how it is served; the HTTP front gives each path its file and the page its address.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ExplorerFile {
  readonly contentType: string;
  /** Absolute path on disk. Its content changes only with the installed version. */
  readonly file: string;
}

export interface ExplorerPage {
  /** Where queries go, as the browser sees it: `/graphql`. */
  readonly endpoint: string;
  /** Filled in as the `Authorization` header; `null` sends none. */
  readonly apiKey: string | null;
  /** What the first tab shows. */
  readonly defaultQuery: string;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const FOLDER = '/explorer';

/** In the published package, whose build copies them from the packages; in the repository there is none. */
const COPIED_FILES = new URL('./packaged/', import.meta.url);

const PACKAGED_FILES = [
  ['react.js', SCRIPT, 'react', 'umd/react.production.min.js'],
  ['react-dom.js', SCRIPT, 'react-dom', 'umd/react-dom.production.min.js'],
  ['graphiql.js', SCRIPT, 'graphiql', 'graphiql.min.js'],
  ['graphiql.css', STYLE, 'graphiql', 'graphiql.min.css'],
] as const;

const OWN_FILES = [
  ['explorer.js', SCRIPT, new URL('./explorer.js', import.meta.url)],
  ['explorer.css', STYLE, new URL('./explorer.css', import.meta.url)],
] as const;

/** Nothing but the page's own origin: a build that reached for a CDN would show at once. */
export const EXPLORER_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'", // the editor places its cursor by inline styles
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * @returns path → file, for example `/explorer/graphiql.js`.
 * @throws Error when the packages are not installed, as in an installation without development dependencies.
 */
export function explorerFiles(): ReadonlyMap<string, ExplorerFile> {
  const require = createRequire(import.meta.url);
  const files = new Map<string, ExplorerFile>();
  for (const [name, contentType, packageName, file] of PACKAGED_FILES) {
    const copied = fileURLToPath(new URL(name, COPIED_FILES));
    files.set(`${FOLDER}/${name}`, {
      contentType,
      file: existsSync(copied) ? copied : path.join(packageFolder(require, packageName), file),
    });
  }
  for (const [name, contentType, own] of OWN_FILES)
    files.set(`${FOLDER}/${name}`, { contentType, file: fileURLToPath(own) });
  return files;
}

/** By its package.json, because React does not export its browser builds. */
function packageFolder(require: NodeJS.Require, packageName: string): string {
  try {
    return path.dirname(require.resolve(`${packageName}/package.json`));
  } catch (cause) {
    throw new Error(
      `The explorer's files are not installed (${packageName}). Install with development dependencies, or switch the explorer off (\`explorer: false\`).`,
      { cause },
    );
  }
}

export function explorerHtml(page: ExplorerPage): string {
  // `<` would end the script element; JSON can write it otherwise.
  const settings = JSON.stringify(page).replaceAll('<', '\\u003c');
  const scripts = ['react.js', 'react-dom.js', 'graphiql.js', 'explorer.js'];
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>featuregraph explorer</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${FOLDER}/graphiql.css">
    <link rel="stylesheet" href="${FOLDER}/explorer.css">
  </head>
  <body>
    <div id="explorer">Loading the explorer …</div>
    <noscript>The explorer needs JavaScript; queries also go by POST to ${escapeHtml(page.endpoint)}.</noscript>
    <script type="application/json" id="settings">${settings}</script>
    ${scripts.map((name) => `<script src="${FOLDER}/${name}"></script>`).join('\n    ')}
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
