import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { S3_IMAGE } from '../base-images.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COMPOSE_FILES = ['docker-compose.yml', 'docker-compose.tls.yml', 'docker-compose.override.yml'];
const HEALTHY_TIMEOUT_MS = 120_000;

/** The production compose files in a folder of their own, beside a RunPod simulator and an S3 server. */
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
  readonly tlsPort: number;
  /** Lines of the `.env` file. */
  readonly env: Readonly<Record<string, string>>;
}

/** Writes the project. No container is started. */
export function createComposeProject({
  apiPort,
  s3Port,
  tlsPort,
  env,
}: ComposeProjectOptions): ComposeProject {
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-compose-'));
  const name = dir.slice(dir.lastIndexOf('/') + 1).toLowerCase();
  for (const path of ['docker-compose.yml', 'docker-compose.tls.yml', 'deploy'])
    cpSync(join(ROOT, path), join(dir, path), { recursive: true });
  writeFileSync(join(dir, 'docker-compose.override.yml'), toOverride(s3Port));
  makeCertificate(join(dir, 'tls'));
  const lines = Object.entries({
    ...env,
    PUBLISH: `127.0.0.1:${apiPort}`,
    WEBHOOK_PUBLISH: '127.0.0.1:0',
    TLS_PUBLISH: `127.0.0.1:${tlsPort}`,
  });
  writeFileSync(join(dir, '.env'), lines.map(([key, value]) => `${key}=${value}\n`).join(''));
  const compose = async (...args: readonly string[]): Promise<string> => {
    const files = COMPOSE_FILES.flatMap((file) => ['--file', file]);
    const { stdout } = await run('docker-compose', [...files, '--project-name', name, ...args], { cwd: dir });
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

/** Writes a self-signed certificate for `localhost`. */
function makeCertificate(dir: string): void {
  mkdirSync(dir);
  const files = ['-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', ...files],
    {
      stdio: 'ignore',
    },
  );
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
