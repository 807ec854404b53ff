/** Reads a line of a log as GitHub's runner does: `::name key=value,key=value::data`, or nothing for any other line. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

export function readWorkflowCommand(line: string): WorkflowCommand | null {
  const text = line.trimStart();
  if (!text.startsWith('::')) return null;
  const end = text.indexOf('::', 2);
  if (end < 0) return null;
  const [name = '', ...rest] = text.slice(2, end).split(' ');
  const properties: Record<string, string> = {};
  for (const part of rest.join(' ').split(',')) {
    const at = part.indexOf('=');
    if (at > 0 && at < part.length - 1)
      properties[part.slice(0, at)] = unescaped(part.slice(at + 1), /%(?:0D|0A|3A|2C|25)/g);
  }
  return { name, properties, data: unescaped(text.slice(end + 2), /%(?:0D|0A|25)/g) };
}

function unescaped(text: string, codes: RegExp): string {
  return text.replace(codes, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}
