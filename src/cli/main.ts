/** The command line: one command a file, and the one place that turns what went wrong into text and exit code. */
import { CommanderError } from 'commander';
import { describeFailure, EXIT } from './exit-codes.ts';
import { note, paint, printJson } from './output.ts';
import { createProgram } from './program.ts';

const args = process.argv.slice(2);
try {
  const program = await createProgram(args[0]);
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) {
    // It has printed its help, version or complaint already.
    process.exitCode = error.exitCode === 0 ? EXIT.DONE : EXIT.USAGE;
  } else {
    const failure = describeFailure(error);
    process.exitCode = failure.exitCode;
    if (args.includes('--json')) printJson({ ok: false, problems: failure.problems });
    else note(`\n${paint.bad('✗')} ${failure.text}\n`);
  }
}
