/** Draws a tree of calls as a flame graph: width is time, what calls stands below what it calls. SVG without scripts. */
import type { Call } from './call-tree.ts';
import { colourOf } from './program-parts.ts';

const WIDTH = 1400;
const ROW = 17;
const TOP = 48;
const LETTER = 6.3;
/** Narrower than this is not drawn. */
const DRAWN_MIN = 0.6;
const TEXT_MIN = 34;

export function flameGraph(tree: Call, title: string): string {
  const boxes: string[] = [];
  const depth = heightOf(tree);
  const height = TOP + depth * ROW + 8;
  const scale = WIDTH / tree.totalUs;
  const draw = (call: Call, x: number, level: number): void => {
    const width = call.totalUs * scale;
    if (width < DRAWN_MIN) return;
    boxes.push(box(call, x, height - 8 - (level + 1) * ROW, width, tree.totalUs));
    let at = x;
    for (const child of call.children) {
      draw(child, at, level + 1);
      at += child.totalUs * scale;
    }
  };
  let at = 0;
  for (const child of tree.children) {
    draw(child, at, 0);
    at += child.totalUs * scale;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="Verdana, sans-serif" font-size="11">
<title>${escaped(title)}</title>
<rect width="${WIDTH}" height="${height}" fill="#fffdf7"/>
<text x="8" y="20" font-size="15">${escaped(title)}</text>
<text x="8" y="37" fill="#555">Width is time of the main thread; each box tells µs of one request under the pointer.</text>
${boxes.join('\n')}
</svg>
`;
}

function box(call: Call, x: number, y: number, width: number, allUs: number): string {
  const { name, place, totalUs, selfUs, part } = call;
  const share = ((100 * totalUs) / allUs).toFixed(1);
  const hint = `${name} ${place}\n${totalUs.toFixed(1)} µs (${share} %), itself ${selfUs.toFixed(1)} µs\n${part}`;
  const fitting = Math.floor((width - 6) / LETTER);
  const text = width < TEXT_MIN ? '' : name.length > fitting ? `${name.slice(0, fitting - 1)}…` : name;
  const label = text === '' ? '' : `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${escaped(text)}</text>`;
  return `<g><title>${escaped(hint)}</title><rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.5, width - 0.5).toFixed(1)}" height="${ROW - 1}" fill="${colourOf(part)}" fill-opacity="0.75"/>${label}</g>`;
}

function heightOf(call: Call): number {
  return 1 + Math.max(0, ...call.children.map(heightOf));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
