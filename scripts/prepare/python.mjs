import { installByApt } from './apt.mjs';
import { formatMissingPython } from './decide.mjs';
import { captureOutput, PrepareError } from './run.mjs';

/** Whether `python3` of the PATH can create a virtual environment with pip. */
const hasPython = () =>
  captureOutput('python3', '-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))') !==
  undefined;

/** Makes Python 3 with venv available for the tests. Throws PrepareError if that is not possible. */
export const preparePython = () => {
  if (hasPython()) return;
  const canInstall = process.getuid?.() === 0 && captureOutput('apt-get', '--version') !== undefined;
  if (canInstall) installByApt('python3', 'python3-venv');
  if (!canInstall || !hasPython()) throw new PrepareError(formatMissingPython());
};
