import { type Connection, createConnection } from '@trainyard/client';
import { clientSettingsSchema, parseEnv, type SettingsSource } from '@trainyard/runtime';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from './exit.ts';
import { createOutput, type Output } from './output.ts';

/** Dependencies of a command. */
export interface Context {
  readonly output: Output;
  readonly source: SettingsSource;
  /** Connects to the server of the settings. Throws SettingsError. */
  server(): Connection;
}

/** Action of a command; undefined means success. */
type CommandAction = (context: Context) => Promise<ExitCode | undefined>;

/** Runs the action of a command with the options that all commands share. */
export type CommandRunner = (command: Command, act: CommandAction) => Promise<void>;

/** Input and output of the program. */
export interface Environment {
  readonly source: SettingsSource;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

interface SharedOptions {
  readonly json?: boolean;
  readonly url?: string;
}

/** Creates a runner that passes the exit code of each action to `end`. */
export function createCommandRunner(environment: Environment, end: (code: ExitCode) => void): CommandRunner {
  return async (command, action) =>
    end((await action(createContext(environment, command.optsWithGlobals()))) ?? EXIT.ok);
}

function createContext({ source, out, err }: Environment, options: SharedOptions): Context {
  return {
    output: createOutput({ json: options.json ?? false, out, err }),
    source,
    server: () => {
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
