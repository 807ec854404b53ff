/** Rows as CSV (RFC 4180), the first with the columns' names. */
export function formatCsv(
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return [head, ...rows].map((row) => row.map(cellOf).join(',')).join('\r\n');
}

function cellOf(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
