import { setTimeout as wait } from 'node:timers/promises';
import { toErrorMessage } from '../terminal/exit.ts';
import { createFindings, type Finding } from './finding.ts';

/** A check of a part of the environment, with the names of the settings that it depends on. */
export interface DoctorCheck {
  /** The part that its findings name, e.g. `Redis`. */
  readonly part: string;
  readonly dependsOn: RegExp;
  readonly examine: () => Promise<readonly Finding[]> | readonly Finding[];
}

/** The time after which a check counts as a fault, in real ms: longer than five examinations of a slow object store. */
const CHECK_TIMEOUT_MS = 60_000;

/** Runs a check. Never throws: an error and a missing result within `timeoutMs` (60 s by default) are faults of its part. */
export async function runCheck(
  { part, examine }: DoctorCheck,
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<readonly Finding[]> {
  const findings = createFindings(part);
  const done = new AbortController();
  const timeout = wait(timeoutMs, undefined, { signal: done.signal }).then(
    () => [findings.fault(`no result within ${timeoutMs / 1_000} s`)],
    () => [],
  );
  try {
    return await Promise.race([Promise.resolve().then(examine), timeout]);
  } catch (error) {
    return [findings.fault(toErrorMessage(error))];
  } finally {
    done.abort();
  }
}
