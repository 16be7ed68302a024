import { environment } from './env.ts';
import { leaveWithReader } from './program/pipe.ts';
import { runProgram } from './program/program.ts';

const { argv, stdout: out, stderr: err } = process;
leaveWithReader(process);
process.exitCode = await runProgram(argv.slice(2), { source: environment(), out, err });
