import { terminalWidthChars } from './output.ts';
import { wrapText } from './wrap-text.ts';

/** A tree as lines, no wider than the terminal: long texts go on below their beginning. */
export interface TreeNode {
  /** May have several lines. */
  readonly text: string;
  readonly children?: readonly TreeNode[];
}

/** Deeper in than this, in characters, lines are left as long as they are: a word a line helps nobody. */
const TEXT_MIN_CHARS = 12;

export function formatTree(roots: readonly TreeNode[], widthChars = terminalWidthChars()): string {
  return roots.flatMap((root) => linesOf(root, '', '', widthChars)).join('\n');
}

function linesOf(node: TreeNode, first: string, rest: string, widthChars: number): string[] {
  const children = node.children ?? [];
  const below = children.length > 0 ? '│ ' : '  ';
  const hanging = first === '' ? rest : `${rest}${below}`;
  const room = widthChars - Math.max(first.length, hanging.length);
  const texts = wrapText(node.text, Math.max(TEXT_MIN_CHARS, room));
  const own = texts.map((text, i) => (i === 0 ? first : hanging) + text);
  const inner = children.flatMap((child, i) => {
    const isLast = i === children.length - 1;
    return linesOf(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`, widthChars);
  });
  return [...own, ...inner];
}
