import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installByApt } from './apt.mjs';
import { chooseRedisSource, formatMissingRedis } from './decide.mjs';
import { captureOutput, PrepareError, runQuietly } from './run.mjs';

/** The Docker image used without a local binary. */
const IMAGE = 'redis:7-bookworm';

/**
 * Adds a `redis-server` command to `node_modules/.bin`, which npm has on its PATH.
 * @param {string} root
 */
const installDockerWrapper = (root) => {
  runQuietly(`Pulling ${IMAGE}`, ['docker', 'pull', IMAGE]);
  const command = `${root}/node_modules/.bin/redis-server`;
  const script = fileURLToPath(new URL('./redis-in-docker.mjs', import.meta.url));
  writeFileSync(command, `#!/bin/sh\nexec node '${script}' "$@"\n`, { mode: 0o755 });
};

/**
 * Makes `redis-server` available; starts no server. Throws PrepareError if that is not possible.
 * @param {string} root
 */
export const prepareRedis = (root) => {
  const redisVersion = captureOutput('redis-server', '--version');
  const source = chooseRedisSource({
    ...(redisVersion !== undefined && { redisVersion }),
    isRoot: process.getuid?.() === 0,
    hasApt: captureOutput('apt-get', '--version') !== undefined,
    hasDocker: captureOutput('docker', 'version') !== undefined,
  });
  if (source === 'present') return;
  if (source === 'none') throw new PrepareError(formatMissingRedis(redisVersion));
  if (source === 'apt') installByApt('redis-server');
  if (source === 'docker') installDockerWrapper(root);
  if (captureOutput('redis-server', '--version') === undefined)
    throw new PrepareError(`redis-server cannot be run.\n${formatMissingRedis(undefined)}`);
};
