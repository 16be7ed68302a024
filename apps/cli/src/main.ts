import { loadEnvironment } from './env.ts';
import { runProgram } from './program.ts';
import { exitOnClosedPipe } from './terminal/output.ts';

const { argv, stdin: input, stdout: out, stderr: err } = process;
exitOnClosedPipe(process);
process.exitCode = await runProgram(argv.slice(2), {
  ...loadEnvironment(),
  input,
  out,
  err,
  interrupts: process,
});

/** The time that open connections and file operations of a finished command may keep the process alive, real ms. */
const LINGER_MS = 1_000;
// The timer is not referenced: a process without open operations ends at once.
setTimeout(() => process.exit(), LINGER_MS).unref();
