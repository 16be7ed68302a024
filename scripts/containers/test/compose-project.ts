import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { S3_IMAGE } from '../base-images.ts';

const run = promisify(execFile);
const COMPOSE_FILE = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url));
const HEALTHY_TIMEOUT_MS = 120_000;

/** The production compose file in a folder of its own, beside a RunPod simulator and an S3 server. */
export interface ComposeProject {
  /** Runs a compose command. @returns its standard output. Throws with its error output. */
  compose(...args: readonly string[]): Promise<string>;
  /** Waits until every container with a health check is healthy. Throws with the logs after 120 s. */
  waitUntilHealthy(): Promise<void>;
  /** Ids of all containers of the project, stopped ones included. */
  listContainers(): Promise<readonly string[]>;
  /** Removes containers, volumes and the folder. */
  remove(): Promise<void>;
}

/** Ports of the host and the environment of the processes. */
export interface ComposeProjectOptions {
  readonly apiPort: number;
  readonly s3Port: number;
  /** Lines of the `.env` file. */
  readonly env: Readonly<Record<string, string>>;
}

/** Writes the project. No container is started. */
export function createComposeProject({ apiPort, s3Port, env }: ComposeProjectOptions): ComposeProject {
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-compose-'));
  const name = dir.slice(dir.lastIndexOf('/') + 1).toLowerCase();
  cpSync(COMPOSE_FILE, join(dir, 'docker-compose.yml'));
  writeFileSync(join(dir, 'docker-compose.override.yml'), toOverride(s3Port));
  const lines = Object.entries({ ...env, PUBLISH: `127.0.0.1:${apiPort}`, WEBHOOK_PUBLISH: '127.0.0.1:0' });
  writeFileSync(join(dir, '.env'), lines.map(([key, value]) => `${key}=${value}\n`).join(''));
  const compose = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('docker-compose', ['--project-name', name, ...args], { cwd: dir });
    return stdout;
  };
  const filter = `label=com.docker.compose.project=${name}`;
  const listContainers = async (): Promise<readonly string[]> => {
    const { stdout } = await run('docker', ['ps', '--all', '--quiet', '--filter', filter]);
    return stdout.split('\n').filter((id) => id !== '');
  };
  return {
    compose,
    listContainers,
    waitUntilHealthy: async () => {
      const deadline = Date.now() + HEALTHY_TIMEOUT_MS;
      while (!(await areHealthy(await listContainers()))) {
        if (Date.now() > deadline) throw new Error(await compose('logs', '--tail', '30'));
        await sleep(500);
      }
    },
    remove: async () => {
      await compose('down', '--volumes', '--timeout', '45');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function areHealthy(ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return false;
  const format = '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}healthy{{end}}';
  const { stdout } = await run('docker', ['inspect', '--format', format, ...ids]);
  return stdout
    .trim()
    .split('\n')
    .every((state) => state === 'running healthy');
}

/** The services that production has elsewhere. The simulator runs from the same image. */
function toOverride(s3Port: number): string {
  return JSON.stringify({
    services: {
      simulator: {
        image: 'trainyard',
        init: true,
        entrypoint: ['node', 'tools/runpod-simulator/src/main.ts'],
        command: [],
        env_file: '.env',
        environment: { HOST: '0.0.0.0', PORT: '8790' },
      },
      storage: { image: S3_IMAGE, init: true, ports: [`127.0.0.1:${s3Port}:5000`] },
    },
  });
}
