import { Command } from 'commander';
import { addAutoTrain, addCandidates } from './commands/auto-train/auto-train.ts';
import { addRuns } from './commands/auto-train/runs.ts';
import { addSchedule } from './commands/auto-train/schedule.ts';
import { addDataset } from './commands/catalogue/dataset.ts';
import { addExport } from './commands/catalogue/export.ts';
import { addImport } from './commands/catalogue/import.ts';
import { addMarkGood } from './commands/catalogue/mark-good.ts';
import { addBudgets } from './commands/control/budgets.ts';
import { addDispatch } from './commands/control/dispatch.ts';
import { addNotifications } from './commands/control/notifications.ts';
import { addTunnel } from './commands/control/tunnel.ts';
import { addDemo } from './commands/server/demo.ts';
import { addDoctor } from './commands/server/doctor.ts';
import { addRecover, addRepair } from './commands/server/recovery.ts';
import { addUp } from './commands/server/up.ts';
import { addActions, addEnqueue } from './commands/trainings/actions.ts';
import { addPreview } from './commands/trainings/preview.ts';
import { addQueries, addWatch } from './commands/trainings/queries.ts';
import { type CommandRunner, createCommandRunner, type Environment } from './terminal/context.ts';
import { EXIT, EXIT_CODES_HELP, type ExitCode, formatError, toExitCode } from './terminal/exit.ts';

const COMMANDS: readonly ((program: Command, run: CommandRunner) => void)[] = [
  addUp,
  addDemo,
  addDoctor,
  addRecover,
  addRepair,
  addPreview,
  addEnqueue,
  addQueries,
  addWatch,
  addActions,
  addDispatch,
  addTunnel,
  addBudgets,
  addCandidates,
  addAutoTrain,
  addImport,
  addExport,
  addDataset,
  addRuns,
  addSchedule,
  addMarkGood,
  addNotifications,
];

/** Runs the command that the arguments name; never throws. @returns the exit code */
export async function runProgram(args: readonly string[], environment: Environment): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = createProgram(environment, (exitCode) => {
    code = exitCode;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    const message = formatError(error, args.includes('--json'));
    if (message !== undefined) environment.err.write(`${message}\n`);
    return toExitCode(error);
  }
}

function createProgram(environment: Environment, end: (code: ExitCode) => void): Command {
  const program = new Command('trainyard')
    .description('Queues Flux LoRA trainings and runs at most N of them on a RunPod endpoint.')
    .option('--json', 'print a single JSON document')
    .option('--url <url>', 'address of the server (TRAINYARD_URL)')
    .addHelpText('after', EXIT_CODES_HELP)
    .configureOutput({
      writeOut: (text) => void environment.out.write(text),
      writeErr: (text) => void environment.err.write(text),
    })
    .exitOverride()
    .showHelpAfterError('(see trainyard --help)');
  const run = createCommandRunner(environment, end);
  for (const add of COMMANDS) add(program, run);
  return program;
}
