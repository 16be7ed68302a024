import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installByApt } from '../prepare/apt.mjs';
import { captureOutput, PrepareError } from '../prepare/run.mjs';

/** A container engine that answers. */
export interface Engine {
  /** Environment variables with which `docker`, `docker-compose` and testcontainers find the engine. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the engine if this process started it. Its images stay in the folder. */
  stop(): Promise<void>;
}

/** Debian's packages: engine, compose, the builder of base images, and the firewall that the engine writes to. */
const PACKAGES = ['docker.io', 'docker-compose', 'debootstrap', 'iptables', 'ca-certificates'];
const COMMANDS = ['dockerd', 'docker-compose', 'debootstrap', 'iptables'];
const START_TIMEOUT_MS = 30_000;

/**
 * Uses the engine that `docker info` reaches, else installs and starts Debian's engine with its state in `dir`.
 * Throws {@link PrepareError} on a machine that has no engine and is not Debian, or not used as root.
 */
export async function openEngine(dir: string): Promise<Engine> {
  if (isAnswering({})) return { env: {}, stop: async () => undefined };
  if (!canInstall())
    throw new PrepareError(
      'No container engine answers `docker info`. Start Docker and run this command again; as root on Debian it installs the engine itself.',
    );
  if (COMMANDS.some((command) => captureOutput('which', command) === undefined)) installByApt(...PACKAGES);
  return startEngine(dir);
}

/** Whether this machine gets its engine from Debian's packages. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

async function startEngine(dir: string): Promise<Engine> {
  mkdirSync(dir, { recursive: true });
  const socket = `unix://${join(dir, 'docker.sock')}`;
  const env = { DOCKER_HOST: socket, DOCKER_BUILDKIT: '0', COMPOSE_DOCKER_CLI_BUILD: '0' };
  const log = openSync(join(dir, 'dockerd.log'), 'a');
  const paths = [
    '--data-root',
    join(dir, 'data'),
    '--exec-root',
    join(dir, 'exec'),
    '--pidfile',
    join(dir, 'pid'),
  ];
  const daemon = spawn('dockerd', ['--host', socket, ...paths], { stdio: ['ignore', log, log] });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!isAnswering(env)) {
    if (daemon.exitCode !== null || Date.now() > deadline) {
      daemon.kill('SIGKILL');
      throw new PrepareError(`dockerd did not start within 30 s; its log is ${join(dir, 'dockerd.log')}.`);
    }
    await sleep(250);
  }
  removeContainers(env);
  return { env, stop: () => stopDaemon(daemon, dir) };
}

/** Removes the containers of an interrupted run, which the engine starts again. */
function removeContainers(env: Engine['env']): void {
  const ids = runDocker(env, 'ps', '--all', '--quiet')?.split('\n') ?? [];
  const containers = ids.filter((id) => id !== '');
  if (containers.length > 0) runDocker(env, 'rm', '--force', '--volumes', ...containers);
}

async function stopDaemon(daemon: ChildProcess, dir: string): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  await ended;
  // dockerd leaves this mount behind, and the folder cannot be deleted with it.
  captureOutput('umount', join(dir, 'exec', 'netns', 'default'));
}

function isAnswering(env: Engine['env']): boolean {
  return runDocker(env, 'info') !== undefined;
}

/** Runs `docker` against the engine. @returns its output; undefined if it fails */
function runDocker(env: Engine['env'], ...args: readonly string[]): string | undefined {
  return captureOutput('env', ...Object.entries(env).map((pair) => pair.join('=')), 'docker', ...args);
}
