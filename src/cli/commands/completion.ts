import type { Command } from 'commander';
import { FeaturegraphError } from '../../core/errors.ts';
import { examples } from '../examples.ts';
import { print } from '../output.ts';

/** `featuregraph completion bash|zsh`: a script that completes commands and options, made from the program itself. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .argument('<shell>', 'bash or zsh')
    .summary('print a completion script')
    .description('Prints a script that completes commands and options in your shell.')
    .addHelpText(
      'after',
      examples(
        ['completion bash > ~/.local/share/bash-completion/completions/featuregraph', 'bash'],
        ['completion zsh > "${fpath[1]}/_featuregraph"', 'zsh'],
      ),
    )
    .action(async (shell: string) => {
      // Only now are all commands read; a program that runs one of them has that one alone.
      const { createProgram } = await import('../program.ts');
      const words = wordsOf(await createProgram());
      if (shell === 'bash') print(bashScript(words));
      else if (shell === 'zsh') print(zshScript(words));
      else throw new FeaturegraphError('BAD_REQUEST', `Expected bash or zsh, got "${shell}".`);
    });
}

/** Command (`new domain` for a nested one, empty for the program) → what may follow it. */
type Words = ReadonlyMap<string, readonly string[]>;

function wordsOf(program: Command): Words {
  const words = new Map<string, readonly string[]>();
  const visit = (command: Command, name: string): void => {
    const options = command.options.flatMap(({ long }) => long ?? []);
    words.set(name, [...command.commands.map((inner) => inner.name()), ...options, '--help']);
    for (const inner of command.commands)
      visit(inner, name === '' ? inner.name() : `${name} ${inner.name()}`);
  };
  visit(program, '');
  return words;
}

/** Commands with others below them. */
function parentsOf(words: Words): string {
  return [...new Set([...words.keys()].flatMap((name) => /^(\S+) /.exec(name)?.[1] ?? []))].join(' ');
}

function bashScript(words: Words): string {
  const cases = [...words].map(([command, follow]) => `    '${command}') words='${follow.join(' ')}' ;;`);
  return `# bash completion for featuregraph
_featuregraph() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command='' words=''
  [[ COMP_CWORD -gt 1 ]] && command="\${COMP_WORDS[1]}"
  [[ COMP_CWORD -gt 2 && " ${parentsOf(words)} " == *" $command "* ]] && command+=" \${COMP_WORDS[2]}"
  case "$command" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _featuregraph featuregraph`;
}

function zshScript(words: Words): string {
  const cases = [...words].map(([command, follow]) => `    '${command}') follow=(${follow.join(' ')}) ;;`);
  return `#compdef featuregraph
_featuregraph() {
  local command='' follow
  (( CURRENT > 2 )) && command="\${words[2]}"
  (( CURRENT > 3 )) && [[ " ${parentsOf(words)} " == *" $command "* ]] && command+=" \${words[3]}"
  case "$command" in
${cases.join('\n')}
  esac
  compadd -- $follow
  _files
}
compdef _featuregraph featuregraph`;
}
