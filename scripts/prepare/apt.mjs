import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { runQuietly } from './run.mjs';

/** Exit code 101 of this script forbids the start of a package's service during its installation. */
const POLICY = '/usr/sbin/policy-rc.d';

/**
 * Installs Debian packages without recommended packages and without starting their services.
 * Throws PrepareError with the output of `apt-get` if that fails.
 * @param {...string} packages
 */
export const installByApt = (...packages) => {
  const ours = !existsSync(POLICY);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    runQuietly('Updating the package list', ['apt-get', 'update'], env);
    runQuietly(
      `Installing ${packages.join(', ')}`,
      ['apt-get', 'install', '-y', '--no-install-recommends', ...packages],
      env,
    );
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
};
