import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureOutput, PrepareError, runQuietly } from '../prepare/run.mjs';
import { canInstall, type Engine } from './engine.ts';

const IMAGES = fileURLToPath(new URL('./images', import.meta.url));
const S3_SERVER = fileURLToPath(new URL('../../packages/testing/src/s3-server', import.meta.url));
/** Path of the host's certificates in the made base system. */
const CA_BUNDLE = '/usr/local/share/host-certificates.crt';
/** A registry that does not answer within this time counts as unreachable. */
const PULL_TIMEOUT_MS = 60_000;

/** The images of the Dockerfile and of the compose file, in the order in which they are made. */
const BASE_IMAGES = [
  'debian:bookworm-slim',
  'node:24-bookworm-slim',
  'redis:7-bookworm',
  'nginx:stable-bookworm',
] as const;
type BaseImage = (typeof BASE_IMAGES)[number];

/** The S3 server of the container tests. */
export const S3_IMAGE = 'trainyard-test-s3';

/**
 * Makes the base images available: pulled from a registry, else made from Debian's packages and this machine's Node 24
 * in `dir`. Throws {@link PrepareError} where neither is possible.
 */
export function prepareBaseImages(engine: Engine, dir: string): void {
  let isReachable = true;
  for (const image of BASE_IMAGES) {
    if (isPresent(engine, image)) continue;
    isReachable = isReachable && pull(engine, image);
    if (!isReachable) make(engine, image, dir);
  }
  build(engine, S3_IMAGE, { file: 's3', context: S3_SERVER });
}

/** Builds an image. The build uses the network of the host, since the resolver of a build container may not be reachable. */
export function build(
  engine: Engine,
  image: string,
  { file, context }: { readonly file?: string; readonly context: string },
): void {
  const source = file === undefined ? [] : ['--file', join(IMAGES, `${file}.Dockerfile`)];
  const command = ['docker', 'build', '--network', 'host', '--tag', image, ...source, context] as const;
  runQuietly(`Building the image ${image}`, [...command], { ...process.env, ...engine.env });
}

function isPresent(engine: Engine, image: string): boolean {
  return runDocker(engine, ['image', 'inspect', image]);
}

function pull(engine: Engine, image: string): boolean {
  console.error(`Pulling ${image} …`);
  return runDocker(engine, ['pull', '--quiet', image]);
}

function runDocker(engine: Engine, args: readonly string[]): boolean {
  const env = { ...process.env, ...engine.env };
  return spawnSync('docker', args, { env, stdio: 'ignore', timeout: PULL_TIMEOUT_MS }).status === 0;
}

function make(engine: Engine, image: BaseImage, dir: string): void {
  if (!canInstall())
    throw new PrepareError(
      `The image ${image} cannot be pulled. Check the connection to the image registry; as root on Debian this command makes the image itself.`,
    );
  switch (image) {
    case 'debian:bookworm-slim':
      importDebian(engine, dir);
      break;
    case 'node:24-bookworm-slim':
      build(engine, image, { file: 'node', context: collectNode(dir) });
      break;
    case 'redis:7-bookworm':
      build(engine, image, { file: 'redis', context: IMAGES });
      break;
    case 'nginx:stable-bookworm':
      build(engine, image, { file: 'nginx', context: IMAGES });
      break;
  }
}

/** Imports Debian's base system with this machine's package sources and certificates. */
function importDebian(engine: Engine, dir: string): void {
  const base = join(dir, 'debian');
  rmSync(base, { recursive: true, force: true });
  runQuietly('Making a base system of Debian', ['debootstrap', '--variant=minbase', 'bookworm', base]);
  rmSync(join(base, '/etc/apt/sources.list'), { force: true });
  for (const path of ['/etc/apt/sources.list', '/etc/apt/sources.list.d', '/etc/apt/apt.conf.d'])
    copyIfPresent(path, join(base, path));
  // An own path, because an installation of ca-certificates would replace the bundle of Debian.
  copyIfPresent('/etc/ssl/certs/ca-certificates.crt', join(base, CA_BUNDLE));
  const certificates = ['SSL_CERT_FILE', 'PIP_CERT', 'NODE_EXTRA_CA_CERTS'].flatMap((name) => [
    '--change',
    `ENV ${name}=${CA_BUNDLE}`,
  ]);
  runQuietly(
    'Importing the base system',
    ['sh', '-c', `tar -C "$0" -c . | docker import "$@" - debian:bookworm-slim`, base, ...certificates],
    { ...process.env, ...engine.env },
  );
  rmSync(base, { recursive: true, force: true });
}

function copyIfPresent(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true, dereference: true });
}

/** Collects this process' Node 24 and the npm of the PATH as a build context. */
function collectNode(dir: string): string {
  const context = join(dir, 'node');
  rmSync(context, { recursive: true, force: true });
  mkdirSync(context, { recursive: true });
  copyFileSync(process.execPath, join(context, 'node'));
  const npm = captureOutput('which', 'npm')?.trim();
  if (!npm) throw new PrepareError('npm was not found on the PATH.');
  cpSync(join(dirname(realpathSync(npm)), '..'), join(context, 'npm'), { recursive: true });
  return context;
}
