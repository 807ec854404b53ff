/** Options as people without types write them: one that is misspelt would be as good as not given, and nobody would know. */

/** Every name once, which the compiler holds to the type. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** @throws TypeError */
export function assertOptions<Options extends object>(
  what: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`Expected ${what} to be an object, got ${options}.`);
  for (const name of Object.keys(options))
    if (!Object.hasOwn(names, name))
      throw new TypeError(`Expected ${what} to be of ${Object.keys(names).join(', ')}, got ${name}.`);
}
