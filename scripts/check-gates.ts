// Shows that each gate of `npm run check` is a gate: red with a violation planted, green without. Works on a copy.
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { copyRepository } from './gates/copy.ts';
import { GATES, type Gate, plant, type Violation } from './gates/violation.ts';
import { VIOLATIONS } from './gates/violations.ts';

interface Answer {
  readonly green: boolean;
  readonly said: string;
}

const ask = (folder: string, gate: Gate): Answer => {
  const [command, ...args] = GATES[gate];
  const env = { ...process.env, NO_COLOR: '1', TURBO_TELEMETRY_DISABLED: '1', BIOME_MAX_DIAGNOSTICS: '500' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  return { green: status === 0, said: `${stdout}${stderr}` };
};

const judge = (violation: Violation, { green, said }: Answer): string | undefined => {
  if (green) return 'stayed green';
  return said.replace(/\s+\|?\s*/g, ' ').includes(violation.says)
    ? undefined
    : `red, but did not say «${violation.says}»`;
};

const tell = (mark: string, gate: Gate, what: string, fault = ''): void =>
  console.log([mark, gate.padEnd(10), what.padEnd(52), fault].join('  ').trimEnd());

const faultsBefore = (folder: string): number =>
  (Object.keys(GATES) as Gate[]).filter((gate) => {
    const { green, said } = ask(folder, gate);
    tell(green ? 'ok ' : 'RED', gate, 'nothing planted', green ? '' : 'red before anything was planted');
    if (!green) console.log(said);
    return !green;
  }).length;

const isMissed = async (folder: string, violation: Violation): Promise<boolean> => {
  const takeBack = await plant(folder, violation.edits);
  const fault = judge(violation, ask(folder, violation.gate));
  await takeBack();
  tell(fault === undefined ? 'ok ' : 'BAD', violation.gate, violation.what, fault);
  return fault !== undefined;
};

const folder = await copyRepository(fileURLToPath(new URL('..', import.meta.url)));
let faults = 0;
try {
  faults = faultsBefore(folder);
  for (const violation of VIOLATIONS) faults += (await isMissed(folder, violation)) ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(faults === 0 ? `All ${VIOLATIONS.length} violations were seen.` : `${faults} faults.`);
process.exitCode = faults === 0 ? 0 : 1;
