import { readFileSync } from 'node:fs';
import { FeaturegraphError } from '../core/errors.ts';

/** Variables as they are typed: JSON, or `@` and a file that holds it. */
export function parseVariables(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  const json = text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text;
  try {
    const variables: unknown = JSON.parse(json);
    if (typeof variables === 'object' && variables !== null && !Array.isArray(variables))
      return variables as Record<string, unknown>;
  } catch {
    // told below, with everything else that is no object
  }
  throw new FeaturegraphError(
    'BAD_USER_INPUT',
    'Expected --variables to be a JSON object, such as \'{"tailnum": "N14228"}\', or @ and a file that holds one.',
  );
}
