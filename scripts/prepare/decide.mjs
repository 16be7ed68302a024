// Plain JavaScript: this runs before the installation, with any Node from 20 on.

/** The oldest Redis that BullMQ and the Lua scripts support. */
const OLDEST_REDIS = [6, 2];

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} Locked */
/** @typedef {{ packages?: Record<string, Locked> }} Lockfile */

/**
 * Whether node_modules differs from the lockfile. Packages for other platforms may be missing. Compares contents,
 * because file times are not reliable after a checkout.
 * @param {Lockfile} wanted the lockfile
 * @param {Lockfile | undefined} installed npm's own lockfile in node_modules, undefined if absent
 */
export const needsInstall = (wanted, installed) => {
  if (installed === undefined) return true;
  const packages = installed.packages ?? {};
  return Object.entries(wanted.packages ?? {})
    .filter(([path]) => path.includes('node_modules/'))
    .some(([path, { version, link, optional, devOptional, peer }]) => {
      const found = packages[path];
      if (found === undefined) return !link && !optional && !devOptional && !peer;
      return found.version !== version;
    });
};

/**
 * Whether the output of `redis-server --version` names a supported version.
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
 * Chooses the source of Redis, best first: an existing binary, Debian's package (as root), Docker, or none.
 * @param {{ redisVersion?: string, isRoot: boolean, hasApt: boolean, hasDocker: boolean }} machine
 * @returns {'present' | 'apt' | 'docker' | 'none'}
 */
export const chooseRedisSource = ({ redisVersion, isRoot, hasApt, hasDocker }) => {
  if (isRedisNewEnough(redisVersion)) return 'present';
  if (isRoot && hasApt && redisVersion === undefined) return 'apt';
  return hasDocker ? 'docker' : 'none';
};

/** @param {string | undefined} redisVersion version of the outdated binary, undefined without a binary */
export const formatMissingRedis = (redisVersion) =>
  [
    redisVersion === undefined
      ? 'redis-server is not on the PATH, and it cannot be installed automatically.'
      : `The redis-server on the PATH is too old (${redisVersion.trim()}).`,
    `Trainyard needs Redis ${OLDEST_REDIS.join('.')} or newer. Install it with:`,
    '  Debian, Ubuntu:  sudo apt-get install redis-server   (or run this command as root)',
    '  Fedora:          sudo dnf install redis',
    '  macOS:           brew install redis',
    '  elsewhere:       start Docker and run this command again',
  ].join('\n');

/**
 * Chooses the source of Chromium and openssl, best first: Debian's packages (as root), Playwright's download of Chromium,
 * or none.
 * @param {{ isRoot: boolean, hasApt: boolean, missing: readonly string[] }} machine
 * @returns {'apt' | 'playwright' | 'none'}
 */
export const chooseBrowserSource = ({ isRoot, hasApt, missing }) => {
  if (isRoot && hasApt) return 'apt';
  return missing.includes('openssl') ? 'none' : 'playwright';
};

/** @param {string} name name of the program and of its package */
export const formatMissingProgram = (name) =>
  [
    `${name} is not on the PATH, and it cannot be installed automatically. The tests of web pages need it. Install it with:`,
    `  Debian, Ubuntu:  sudo apt-get install ${name}   (or run this command as root)`,
    `  Fedora:          sudo dnf install ${name}`,
    `  macOS:           brew install ${name}`,
  ].join('\n');

/** The message for a machine without Python 3.9 or newer, or without its module venv. */
export const formatMissingPython = () =>
  [
    'python3 with venv (3.9 or newer) is not on the PATH, and it cannot be installed automatically. The tests need it. Install it with:',
    '  Debian, Ubuntu:  sudo apt-get install python3 python3-venv   (or run this command as root)',
    '  Fedora:          sudo dnf install python3',
    '  macOS:           brew install python3',
  ].join('\n');
