import { DOCUMENT_LIMITS } from '../gateway/documents/limits.ts';
import { table } from './markdown.ts';

/** What a document may be that anybody sends, from the table that is enforced. */
export function limitsPage(): string {
  const rows = Object.values(DOCUMENT_LIMITS).map(({ code, most, what, reason }) => [
    what,
    most.toLocaleString('en-US'),
    `\`${code}\``,
    reason,
  ]);
  return `# Limits of documents

What a document may be that is sent as text or under its hash. They are counted before anything is validated or
planned, in time that grows with the text, and whoever passes one is answered 400 with the code.

${table(['at most', 'number', 'code', 'why'], rows)}

Documents of the manifest (\`documents.manifest\`) are trusted: they have none of these limits. Each is parsed,
validated and planned once, when the manifest is read, and what cannot be served is told then, in the log.

How many keys a lookup takes is its \`@lookup(maxKeys:)\` (\`LIST_LIMIT\`), how large a body may be
\`limits.bodyBytes\` of the [configuration](configuration.md), and what each code means stands with the
[errors](errors.md).
`;
}
