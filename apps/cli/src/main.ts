import { environment } from './env.ts';
import { runProgram } from './program/program.ts';

const { argv, stdout: out, stderr: err } = process;
process.exitCode = await runProgram(argv.slice(2), { source: environment(), out, err });
