// Plain JavaScript: this runs before anything is installed, under any Node from 20 on.

/** The oldest Redis that BullMQ and our scripts take. */
const OLDEST_REDIS = [6, 2];

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} Locked */
/** @typedef {{ packages?: Record<string, Locked> }} Lockfile */

/**
 * Whether node_modules is not what the lockfile asks for. What is only there on some platforms may be missing.
 * Compared by content: times say nothing after a checkout.
 * @param {Lockfile} wanted the lockfile
 * @param {Lockfile | undefined} installed what npm noted in node_modules, undefined without it
 */
export const needsInstall = (wanted, installed) => {
  if (installed === undefined) return true;
  const there = installed.packages ?? {};
  return Object.entries(wanted.packages ?? {})
    .filter(([path]) => path.includes('node_modules/'))
    .some(([path, { version, link, optional, devOptional, peer }]) => {
      const found = there[path];
      if (found === undefined) return !link && !optional && !devOptional && !peer;
      return found.version !== version;
    });
};

/**
 * Whether a version as `redis-server --version` tells it is new enough.
 * @param {string | undefined} versionOutput
 */
export const isRedisNewEnough = (versionOutput) => {
  const found = /v=(\d+)\.(\d+)/.exec(versionOutput ?? '');
  if (found === null) return false;
  const [major = 0, minor = 0] = found.slice(1).map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_REDIS;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
};

/**
 * How a Redis is got, best first: the binary that is there, Debian's package for root, Docker, or not at all.
 * @param {{ redisVersion?: string, isRoot: boolean, hasApt: boolean, hasDocker: boolean }} machine
 * @returns {'present' | 'apt' | 'docker' | 'none'}
 */
export const chooseRedisSource = ({ redisVersion, isRoot, hasApt, hasDocker }) => {
  if (isRedisNewEnough(redisVersion)) return 'present';
  if (isRoot && hasApt && redisVersion === undefined) return 'apt';
  return hasDocker ? 'docker' : 'none';
};

/** @param {string | undefined} redisVersion what is there, too old as it is */
export const formatMissingRedis = (redisVersion) =>
  [
    redisVersion === undefined
      ? 'There is no redis-server on the PATH, and no way to get one by ourselves.'
      : `The redis-server on the PATH is too old (${redisVersion.trim()}).`,
    `Trainyard needs Redis ${OLDEST_REDIS.join('.')} or newer. Any of these will do:`,
    '  Debian, Ubuntu:  sudo apt-get install redis-server   (or run this command as root)',
    '  Fedora:          sudo dnf install redis',
    '  macOS:           brew install redis',
    '  anywhere else:   start Docker, and run this command again',
  ].join('\n');
