import { type Connection, createConnection } from '@trainyard/client';
import { clientSettingsSchema, listSimilarNames, parseEnv, type SettingsSource } from '@trainyard/runtime';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from './exit.ts';
import { createOutput, type Output } from './output.ts';
import { truncate } from './style.ts';

/** Dependencies of a command. */
export interface Context {
  readonly output: Output;
  readonly source: SettingsSource;
  /** Names of the variables that a file `.env` of the working directory supplied; undefined without such a file. */
  readonly fromFile?: readonly string[] | undefined;
  /** Why that file cannot be read. */
  readonly fault?: string;
  /** Keys of a terminal; undefined without a terminal. */
  readonly input: NodeJS.ReadStream | undefined;
  /** The stream of the output, for a program that draws the whole screen. */
  readonly screen: NodeJS.WriteStream;
  /** Runs an action with a signal that Ctrl-C aborts; a second Ctrl-C ends the process. */
  interruptible<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Connects to the server of the settings. Throws SettingsError. */
  server(): Connection;
}

/** Action of a command; undefined means success. */
type CommandAction = (context: Context) => Promise<ExitCode | undefined>;

/** Runs the action of a command with the options that all commands share. */
export type CommandRunner = (command: Command, act: CommandAction) => Promise<void>;

/** Emits `SIGINT` when Ctrl-C is pressed. */
interface Interrupts {
  on(name: 'SIGINT', listener: () => void): unknown;
  off(name: 'SIGINT', listener: () => void): unknown;
}

/** Input and output of the program. */
export interface Environment {
  readonly source: SettingsSource;
  /** Names of the variables that a file `.env` of the working directory supplied; undefined without such a file. */
  readonly fromFile?: readonly string[] | undefined;
  /** Why that file cannot be read. */
  readonly fault?: string;
  /** Keys of a terminal; without it no key is read. */
  readonly input?: NodeJS.ReadStream;
  readonly interrupts?: Interrupts;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

interface SharedOptions {
  readonly json?: boolean;
  readonly url?: string;
}

/** State of a run of the program. */
export interface RunState {
  /** The command that runs. */
  command?: Command;
  exitCode: ExitCode;
}

/** Creates a runner that keeps the command and its exit code in `state`. */
export function createCommandRunner(environment: Environment, state: RunState): CommandRunner {
  return async (command, action) => {
    state.command = command;
    reportEnvironmentFile(environment, command.name());
    state.exitCode = (await action(createContext(environment, command.optsWithGlobals()))) ?? EXIT.ok;
  };
}

/** Commands that read the settings of the server. */
const SERVER_COMMANDS = ['up', 'doctor', 'import', 'export', 'recover', 'repair'];
/** Settings of the commands that ask a server. */
const CLIENT_SETTINGS = ['TRAINYARD_URL', 'TRAINYARD_API_KEY'];
const LINE_WIDTH = 80;

/** Names the settings that a command reads from a file `.env`, which would otherwise be invisible; empty ones are left out. */
function reportEnvironmentFile({ fromFile = [], source, err }: Environment, command: string): void {
  const isRead = (name: string): boolean =>
    SERVER_COMMANDS.includes(command) || CLIENT_SETTINGS.includes(name);
  const names = fromFile.filter((name) => isRead(name) && (source[name] ?? '').trim() !== '');
  if (names.length === 0) return;
  const count = `${names.length} ${names.length === 1 ? 'setting' : 'settings'}`;
  err.write(`${truncate(`trainyard: ${count} from .env in this folder: ${names.join(', ')}`, LINE_WIDTH)}\n`);
}

/** A misspelled name of a setting would be ignored without a word. */
function warnOfSimilarNames({ source, err }: Environment): void {
  for (const { message } of listSimilarNames(source)) err.write(`trainyard: ${message}\n`);
}

function createContext(environment: Environment, options: SharedOptions): Context {
  const { source, out, err, input } = environment;
  return {
    output: createOutput({ json: options.json ?? false, out, err, source }),
    source,
    input: input?.isTTY === true ? input : undefined,
    screen: out,
    interruptible: (action) => runInterruptibly(environment.interrupts, action),
    server: () => {
      warnOfSimilarNames(environment);
      const client = parseEnv(clientSettingsSchema, {
        ...source,
        ...(options.url !== undefined && { TRAINYARD_URL: options.url }),
      });
      return createConnection({
        url: client.TRAINYARD_URL,
        ...(client.TRAINYARD_API_KEY !== undefined && { apiKey: client.TRAINYARD_API_KEY }),
      });
    },
  };
}

async function runInterruptibly<T>(
  interrupts: Interrupts | undefined,
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // The listener stays: with `once`, the library that restores the cursor would be the last one and end the process.
  const onInterrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  interrupts?.on('SIGINT', onInterrupt);
  try {
    return await action(controller.signal);
  } finally {
    interrupts?.off('SIGINT', onInterrupt);
  }
}
