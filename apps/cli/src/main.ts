import { readEnvironment } from './env.ts';
import { runProgram } from './program.ts';
import { exitOnClosedPipe } from './terminal/output.ts';

const { argv, stdout: out, stderr: err } = process;
exitOnClosedPipe(process);
process.exitCode = await runProgram(argv.slice(2), { source: readEnvironment(), out, err });
