import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';

/** The Dockerfile as far as tests ask for it: its last stage, and what every stage begins from. */
export interface ImageFile {
  /** Base images of all stages. */
  readonly bases: readonly string[];
  /** Sources in the repository and their target in the image, of the last stage. */
  readonly copies: readonly { readonly sources: readonly string[]; readonly target: string }[];
  /** Files of the repository that earlier stages take. */
  readonly earlierSources: readonly string[];
  readonly runs: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  readonly user: string;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly healthCheck: readonly string[];
  readonly entryPoint: readonly string[];
}

export const REPOSITORY = path.resolve(import.meta.dirname, '../..');

export function readImageFile(): ImageFile {
  const file = DockerfileParser.parse(readFileSync(path.join(REPOSITORY, 'Dockerfile'), 'utf8'));
  const instructions = file.getInstructions();
  const keywordOf = (instruction: Instruction): string => instruction.getKeyword().toUpperCase();
  const lastFrom = instructions.findLastIndex((instruction) => keywordOf(instruction) === 'FROM');
  const last = instructions.slice(lastFrom);
  const wordsOf = (instruction: Instruction): string[] =>
    instruction.getArguments().map((argument) => argument.getValue());
  const textOf = (instruction: Instruction): string => instruction.getArgumentsContent() ?? '';
  const all = (keyword: string, within = last): Instruction[] =>
    within.filter((instruction) => keywordOf(instruction) === keyword);
  const copies = (within: Instruction[]) =>
    all('COPY', within)
      .filter((copy) => !(copy instanceof Copy && copy.getFromFlag() !== null))
      .map((copy) => ({ sources: wordsOf(copy).slice(0, -1), target: wordsOf(copy).at(-1) as string }));
  const only = (keyword: string): Instruction => {
    const found = all(keyword);
    if (found.length !== 1)
      throw new Error(`Expected one ${keyword} in the last stage, got ${found.length}.`);
    return found[0] as Instruction;
  };
  return {
    bases: all('FROM', instructions).map((from) => wordsOf(from)[0] as string),
    copies: copies(last),
    earlierSources: copies(instructions.slice(0, lastFrom)).flatMap(({ sources }) => sources),
    runs: all('RUN', instructions).map(textOf),
    environment: Object.fromEntries(all('ENV').map((set) => textOf(set).split('=', 2) as [string, string])),
    workingFolder: textOf(only('WORKDIR')),
    user: textOf(only('USER')),
    ports: all('EXPOSE').flatMap(wordsOf),
    volumes: all('VOLUME').flatMap((volume) => JSON.parse(textOf(volume)) as string[]),
    healthCheck: jsonAfter(textOf(only('HEALTHCHECK')), 'CMD '),
    entryPoint: JSON.parse(textOf(only('ENTRYPOINT'))),
  };
}

function jsonAfter(text: string, word: string): string[] {
  return JSON.parse(text.slice(text.indexOf(word) + word.length));
}
