/** Global set-up of the tests in a browser. */
import { fileURLToPath } from 'node:url';
import { prepareStudio } from '../prepare/studio.mjs';

/** Builds the studio unless its build is current. */
export function setup(): void {
  prepareStudio(fileURLToPath(new URL('../..', import.meta.url)), process.execPath);
}
