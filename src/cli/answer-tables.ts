/** An answer as tables: one for each root field, a row for each entity, nested objects as columns with dots. */
export interface AnswerTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function answerTables(data: Readonly<Record<string, unknown>>): AnswerTable[] {
  return Object.entries(data).map(([title, value]) => {
    const items = Array.isArray(value) ? value : value === null ? [] : [value];
    const flat = items.map((item) => flatten(item, ''));
    // In the order in which columns first appear: a reference that is null in one row has columns in another.
    const head = [...new Set(flat.flatMap((cells) => [...cells.keys()]))];
    return { title, head, rows: flat.map((cells) => head.map((column) => cells.get(column) ?? '')) };
  });
}

function flatten(value: unknown, prefix: string): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Map([[prefix === '' ? 'value' : prefix, textOf(value)]]);
  }
  const cells = new Map<string, string>();
  for (const [key, part] of Object.entries(value)) {
    for (const [column, text] of flatten(part, prefix === '' ? key : `${prefix}.${key}`))
      cells.set(column, text);
  }
  return cells;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
