import { type Connection, createConnection } from '@trainyard/client';
import { clientSettingsSchema, parseEnv, type SettingsSource } from '@trainyard/runtime';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from './exit.ts';
import { createOutput, type Output } from './output.ts';

/** What a command works with. */
export interface Context {
  readonly output: Output;
  readonly source: SettingsSource;
  /** The server that the settings name. Throws SettingsError. */
  server(): Connection;
}

/** What a command does. Without an answer it was done. */
type CommandAction = (context: Context) => Promise<ExitCode | undefined>;

/** Runs a command's act with the options that all commands share. */
export type CommandRunner = (command: Command, act: CommandAction) => Promise<void>;

/** What the whole program is given. */
export interface Environment {
  readonly source: SettingsSource;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

interface SharedOptions {
  readonly json?: boolean;
  readonly url?: string;
}

/** Runs acts, and hands over what they end with. */
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
