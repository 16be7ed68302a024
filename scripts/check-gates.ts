// Shows that each gate of `npm run check` is a gate: red with a violation planted, green without. Works on a copy.
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { copyRepository } from './gates/copy.ts';
import { GATES, type Gate, plant, type Violation } from './gates/violation.ts';
import { VIOLATIONS } from './gates/violations.ts';

interface GateResult {
  readonly passed: boolean;
  readonly output: string;
}

function runGate(folder: string, gate: Gate): GateResult {
  const [command, ...args] = GATES[gate];
  const env = { ...process.env, NO_COLOR: '1', TURBO_TELEMETRY_DISABLED: '1', BIOME_MAX_DIAGNOSTICS: '500' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  return { passed: status === 0, output: `${stdout}${stderr}` };
}

function checkViolation(violation: Violation, { passed, output }: GateResult): string | undefined {
  if (passed) return 'stayed green';
  return output.replace(/\s+\|?\s*/g, ' ').includes(violation.expectedOutput)
    ? undefined
    : `red, but did not say «${violation.expectedOutput}»`;
}

function printResult(symbol: string, gate: Gate, description: string, fault = ''): void {
  console.log([symbol, gate.padEnd(10), description.padEnd(52), fault].join('  ').trimEnd());
}

function countFaultsBefore(folder: string): number {
  return (Object.keys(GATES) as Gate[]).filter((gate) => {
    const { passed, output } = runGate(folder, gate);
    printResult(
      passed ? 'ok ' : 'RED',
      gate,
      'nothing planted',
      passed ? '' : 'red before anything was planted',
    );
    if (!passed) console.log(output);
    return !passed;
  }).length;
}

async function isMissed(folder: string, violation: Violation): Promise<boolean> {
  const revert = await plant(folder, violation.edits);
  const fault = checkViolation(violation, runGate(folder, violation.gate));
  await revert();
  printResult(fault === undefined ? 'ok ' : 'BAD', violation.gate, violation.description, fault);
  return fault !== undefined;
}

const folder = await copyRepository(fileURLToPath(new URL('..', import.meta.url)));
let faults = 0;
try {
  faults = countFaultsBefore(folder);
  for (const violation of VIOLATIONS) faults += (await isMissed(folder, violation)) ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(faults === 0 ? `All ${VIOLATIONS.length} violations were seen.` : `${faults} faults.`);
process.exitCode = faults === 0 ? 0 : 1;
