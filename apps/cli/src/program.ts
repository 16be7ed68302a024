import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addAutoTrain, addCandidates } from './commands/auto-train/auto-train.ts';
import { addRuns } from './commands/auto-train/runs.ts';
import { addSchedule } from './commands/auto-train/schedule.ts';
import { addDataset } from './commands/catalogue/dataset.ts';
import { addExport } from './commands/catalogue/export.ts';
import { addImport } from './commands/catalogue/import.ts';
import { addMarkGood } from './commands/catalogue/mark-good.ts';
import { addCompare, addVersions } from './commands/catalogue/versions.ts';
import { addBudgets } from './commands/control/budgets.ts';
import { addDispatch } from './commands/control/dispatch.ts';
import { addNotifications } from './commands/control/notifications.ts';
import { addSlots } from './commands/control/slots.ts';
import { addTunnel } from './commands/control/tunnel.ts';
import { addDemo } from './commands/server/demo.ts';
import { addDoctor } from './commands/server/doctor.ts';
import { addRecover, addRepair } from './commands/server/recovery.ts';
import { addUp } from './commands/server/up.ts';
import { addActions, addEnqueue, addPriority } from './commands/trainings/actions.ts';
import { addDownload } from './commands/trainings/download.ts';
import { addPictures } from './commands/trainings/pictures.ts';
import { addPreview } from './commands/trainings/preview.ts';
import { addQueries, addWatch } from './commands/trainings/queries.ts';
import { addTop } from './commands/trainings/top.ts';
import {
  type CommandRunner,
  createCommandRunner,
  type Environment,
  type RunState,
} from './terminal/context.ts';
import {
  EXIT,
  EXIT_CODES_HELP,
  type ExitCode,
  formatError,
  toExitCode,
  UsageError,
} from './terminal/exit.ts';
import { createOutput } from './terminal/output.ts';
import { hasColours, paint, renderStyles } from './terminal/style.ts';

type AddCommand = (program: Command, run: CommandRunner) => void;

/** Commands by their heading in `--help`. */
const GROUPS: readonly (readonly [heading: string, commands: readonly AddCommand[]])[] = [
  ['Trainings:', [addEnqueue, addPreview, addQueries, addWatch, addTop, addActions, addPriority]],
  ['Models:', [addVersions, addCompare, addDownload, addPictures, addMarkGood]],
  ['Auto-train:', [addCandidates, addAutoTrain, addRuns, addSchedule]],
  ['Data:', [addDataset, addImport, addExport]],
  ['Limits and budgets:', [addSlots, addDispatch, addBudgets]],
  ['Notifications and webhooks:', [addNotifications, addTunnel]],
  ['Server:', [addUp, addDemo, addDoctor, addRecover, addRepair]],
];

const EXAMPLES = `
Examples:
  trainyard demo                            try the system without RunPod
  trainyard enqueue 19 --watch              train actor 0019 and follow it
  trainyard enqueue "film noir"             a subject by its name
  trainyard auto-train --limit 5 --dry-run  what would be trained, for how much
  trainyard top                             live view of all runs
  trainyard compare 19 V5 V6                differences of two versions
  trainyard download 19 V6                  save a model to this folder
  trainyard list --status failed --json     for programs`;

/** Runs the command that the arguments name; never throws. @returns the exit code */
export async function runProgram(args: readonly string[], environment: Environment): Promise<ExitCode> {
  const state: RunState = { exitCode: EXIT.ok };
  const json = args.includes('--json');
  const program = createProgram(environment, { state, json });
  try {
    if (isVersionRequest(args)) return writeVersion(environment, json);
    assertReadableFile(environment);
    await program.parseAsync([...args], { from: 'user' });
    return state.exitCode;
  } catch (error) {
    const hasApiKey = (environment.source['TRAINYARD_API_KEY'] ?? '') !== '';
    const message = formatError(error, { json, command: state.command, hasApiKey });
    if (message !== undefined) createOutput({ json: false, ...environment }).writeError(message);
    return toExitCode(error);
  }
}

function isVersionRequest(args: readonly string[]): boolean {
  const [first, ...others] = args.filter((each) => each !== '--json');
  return others.length === 0 && (first === '--version' || first === '-V');
}

function writeVersion(environment: Environment, json: boolean): ExitCode {
  createOutput({ json, ...environment }).writeResult({ version: manifest.version }, [manifest.version]);
  return EXIT.ok;
}

/** Throws UsageError for a file `.env` that cannot be read. */
function assertReadableFile({ fault }: Environment): void {
  if (fault === undefined) return;
  throw new UsageError(
    `.env in this folder cannot be read (${fault}). Correct its permissions or remove it.`,
  );
}

interface ProgramOptions {
  readonly state: RunState;
  readonly json: boolean;
}

function createProgram(environment: Environment, { state, json }: ProgramOptions): Command {
  const program = new Command('trainyard')
    .description('Queues Flux LoRA trainings and runs at most N of them on a RunPod endpoint.')
    .usage('<command> [options]')
    .option('--json', 'print a single JSON document')
    .option('--url <url>', 'address of the server (TRAINYARD_URL)')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print the help of a command')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      styleTitle: (title) => renderStyles(paint('bold', title), true),
      minWidthToWrap: 20,
    })
    .addHelpText('after', `${EXAMPLES}\n${EXIT_CODES_HELP}`)
    .configureOutput({
      writeOut: (text) => void environment.out.write(text),
      writeErr: (text) => void environment.err.write(text),
      outputError: (text, write) => {
        const message = toUsageMessage(text);
        write(json ? toJsonError(message) : `trainyard: ${message}`);
      },
      getOutHelpWidth: () => environment.out.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => environment.err.columns ?? HELP_WIDTH,
      getOutHasColors: () => hasColours(environment.source, environment.out),
      getErrHasColors: () => hasColours(environment.source, environment.err),
    })
    .exitOverride();
  if (!json) program.showHelpAfterError('(see trainyard --help)');
  addCommands(program, createCommandRunner(environment, state));
  return program;
}

/** Adds every command under its heading. */
export function addCommands(program: Command, run: CommandRunner): void {
  for (const [heading, commands] of GROUPS) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, run);
  }
}

/** Columns of the help in a pipe. */
const HELP_WIDTH = 80;

/** Words of commander around a value that an option or argument refuses. */
const REFUSED_OPTION = /^option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\. /s;
const REFUSED_ARGUMENT = /^command-argument value '(.*)' is invalid for argument '([\w-]+)'\. /s;

/** Names option, value and rule in one sentence: `--priority 0 must be a whole number of 1 or more`. */
function toUsageMessage(text: string): string {
  return text
    .replace(/^error: /, '')
    .replace(REFUSED_OPTION, (_, option: string, value: string) => `${option} ${value} `)
    .replace(REFUSED_ARGUMENT, (_, value: string, argument: string) => `<${argument}> ${value} `);
}

function toJsonError(text: string): string {
  const message = text.trim().replaceAll('\n', ' ');
  return `${JSON.stringify({ error: { code: 'usage', message } })}\n`;
}
