/** What the doctor found about one part. */
export interface Finding {
  readonly part: string;
  readonly verdict: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

const MARKS = { ok: '✓', warning: '!', fault: '✗' } as const;

/** Findings as lines. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ part, verdict, text }) => `${MARKS[verdict]} ${part}: ${text}`);
}

/** Makes findings of one part. */
export function createFindings(part: string) {
  return {
    ok: (text: string): Finding => ({ part, verdict: 'ok', text }),
    warning: (text: string): Finding => ({ part, verdict: 'warning', text }),
    fault: (text: string): Finding => ({ part, verdict: 'fault', text }),
  };
}

/** An error's words. */
export function toErrorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
