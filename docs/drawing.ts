import { readFileSync } from 'node:fs';
import path from 'node:path';
import { instance, type Viz } from '@viz-js/viz';

/**
 * A drawing of the docs: SVG from a DOT file, with the colours of the palette in light and their pairs in dark. The
 * file's first comment is the drawing's title.
 */

/** Light → dark. Sources use the light ones only, so that every part of a drawing has both. */
const PALETTE: Readonly<Record<string, string>> = {
  '#1f2328': '#e6edf3', // text
  '#57606a': '#9198a1', // lines, small text
  '#f6f8fa': '#212830', // ground
  '#ddf4ff': '#12335a', // what runs
  '#dafbe1': '#123d24', // what is stored
  '#fff8c5': '#4a3c0c', // what to look at
  '#ffebe9': '#5c1f1c', // what fails
};
const TEXT = '#1f2328';
const LINE = '#57606a';

const DEFAULTS = {
  graphAttributes: {
    bgcolor: 'transparent',
    fontname: 'Helvetica',
    fontsize: 12,
    fontcolor: LINE,
    pad: 0.15,
  },
  nodeAttributes: {
    ...{ shape: 'box', style: 'rounded,filled', fillcolor: '#f6f8fa', color: LINE },
    ...{ fontname: 'Helvetica', fontsize: 12, fontcolor: TEXT, margin: '0.14,0.08' },
  },
  edgeAttributes: { color: LINE, fontname: 'Helvetica', fontsize: 11, fontcolor: LINE, arrowsize: 0.7 },
} as const;

let viz: Viz | undefined;

/** @throws Error when the source is not DOT, or has a colour that the palette does not know. */
export async function drawing(name: string): Promise<string> {
  const file = path.join(import.meta.dirname, 'drawings', `${name}.dot`);
  const source = readFileSync(file, 'utf8');
  viz ??= await instance();
  const { status, output, errors } = viz.render(source, { format: 'svg', ...DEFAULTS });
  if (status !== 'success' || errors.length > 0)
    throw new Error(`${file}: ${errors.map(({ message }) => message).join('; ')}`);
  for (const colour of output.match(/#[0-9a-f]{6}\b/g) ?? [])
    if (!Object.hasOwn(PALETTE, colour))
      throw new Error(`${file} uses ${colour}, which is not of the palette.`);
  const svg = output.slice(output.indexOf('<svg')).replaceAll(/<!--.*?-->\n?/gs, '');
  const title = /^\/\/ (.+)/.exec(source)?.[1];
  if (title === undefined) throw new Error(`${file} does not begin with a comment that says what it shows.`);
  return svg
    .replace(/(<svg[^>]*>)/s, `$1\n<title>${title}</title>\n${STYLE}`)
    .replaceAll('font-family="Helvetica"', FONT);
}

const FONT = 'font-family="Helvetica, Arial, sans-serif"';
const STYLE = `<style>
@media (prefers-color-scheme: dark) {
${Object.entries(PALETTE)
  .map(([light, dark]) => `  [fill="${light}"] { fill: ${dark} } [stroke="${light}"] { stroke: ${dark} }`)
  .join('\n')}
}
</style>`;
