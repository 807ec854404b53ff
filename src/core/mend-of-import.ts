/**
 * What to do when a file that a user wrote in TypeScript or JavaScript cannot be imported for a reason that lies in
 * his Node or his package.json, and not in what he wrote.
 *
 * @param node the running version, as `v22.19.0`.
 * @returns nothing when the reason lies elsewhere.
 */
export function mendOfImport(error: unknown, node: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as Error & { readonly code?: unknown };
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /"\.m?ts"/.test(error.message))
    return `This Node (${node}) is not set to run TypeScript. Use Node 22.18 or newer without \`--no-strip-types\`, or write the file in JavaScript (.mjs).`;
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING')
    return 'Node runs no TypeScript inside node_modules. Move the folder out of it, or write the file in JavaScript (.mjs).';
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return 'Node only takes types away. Write what needs a compiler (enum, namespace, parameter properties) otherwise.';
  if (/Cannot use import statement outside a module|Unexpected token 'export'/.test(error.message))
    return 'The package.json above the file says "type": "commonjs". Say "type": "module" there, or give the file the ending .mts or .mjs.';
  return undefined;
}
