import type { Redis } from 'ioredis';
import { loadScript } from './load-script.ts';

/** The scripts of this folder by their file names. */
export const SCRIPT_NAMES = [
  'accept-training',
  'add-notification',
  'add-progress-point',
  'advance-high-water-mark',
  'assert-concurrency-limit',
  'change-control',
  'claim-idempotency-key',
  'confirm-backup',
  'create-batch',
  'create-delivery',
  'delete-curve',
  'end-idempotency-claim',
  'fence',
  'find-session',
  'open-session',
  'prune-training',
  'read-page',
  'record-alarm-reading',
  'remove-missing-job',
  'renew-public-url',
  'restore-batch',
  'restore-runs',
  'restore-training',
  'save-batch',
  'save-dataset-report',
  'save-delivery',
  'save-idempotency-note',
  'save-schedule',
  'save-training',
  'start-attempt',
] as const;

/** The name of a script: its file name without `.lua`. */
export type ScriptName = (typeof SCRIPT_NAMES)[number];

type ScriptCommand = (...args: readonly (string | number)[]) => Promise<unknown>;

/** Prevents a collision with the commands that BullMQ defines on the same connection. */
function toCommandName(name: ScriptName): string {
  return `trainyard:${name}`;
}

let loadedScripts: ReadonlyMap<ScriptName, string> | undefined;

/**
 * Defines the scripts as commands of a connection. ioredis sends the text of a script once per connection and its SHA-1
 * (EVALSHA) afterwards; after a restart of Redis it sends the text again.
 */
export function defineScripts(redis: Redis): void {
  loadedScripts ??= new Map(SCRIPT_NAMES.map((name) => [name, loadScript(name)]));
  for (const [name, lua] of loadedScripts) redis.defineCommand(toCommandName(name), { lua });
}

/**
 * Runs a script atomically on a connection of {@link defineScripts}. All keys share a hash tag. Throws the reply of
 * Redis when it refuses the script; then the script changed no data.
 */
export function runScript(
  redis: Redis,
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number)[] = [],
): Promise<unknown> {
  const commands = redis as unknown as Readonly<Record<string, ScriptCommand>>;
  const command = commands[toCommandName(name)];
  if (!command) throw new Error(`The script ${name} is not defined on this connection`);
  return command.call(redis, keys.length, ...keys, ...args);
}
