/** Runs one command, and is the one place that turns what went wrong into text and exit code. */
import { CommanderError } from 'commander';
import { maskSecrets } from '../observability/mask-secrets.ts';
import { describeFailure, EXIT, type Failure } from './exit-codes.ts';
import { collectAsServer } from './garbage-collection.ts';
import { explainMissingParts } from './native-parts.ts';
import { note, paint, printJson } from './output.ts';
import { type Commands, createProgram } from './program.ts';

/**
 * @param args as the user wrote them, without Node and script.
 * @param more commands that only this program has; they come first.
 */
export async function runCommandLine(args: readonly string[], more: Commands = {}): Promise<void> {
  process.stdout.on('error', endWithReader);
  collectAsServer();
  try {
    const program = await createProgram(args[0], more);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has printed its help, version or complaint already.
      process.exitCode = error.exitCode === 0 ? EXIT.DONE : EXIT.USAGE;
    } else {
      const failure = withoutSecrets(describeFailure(explainMissingParts(error) ?? error));
      process.exitCode = failure.exitCode;
      if (args.includes('--json')) printJson({ ok: false, problems: failure.problems });
      else note(`\n${paint.bad('✗')} ${failure.text}\n`);
    }
  } finally {
    // A command that listens for its launcher's death would wait for it for ever, also when it has failed.
    process.channel?.unref();
  }
}

/** Drivers and a team's code put into their errors what they like, and people a key where a name belongs. */
function withoutSecrets({ exitCode, text, problems }: Failure): Failure {
  return {
    exitCode,
    text: maskSecrets(text),
    problems: JSON.parse(maskSecrets(JSON.stringify(problems))),
  };
}

/** Whoever reads our output has gone, as `head` does: there is nothing more to do, and nothing went wrong. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.DONE);
}
