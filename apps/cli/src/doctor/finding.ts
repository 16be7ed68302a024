/** A finding of the doctor about a part. */
export interface Finding {
  readonly part: string;
  readonly verdict: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

const MARKS = { ok: '✓', warning: '!', fault: '✗' } as const;

/** Formats findings as lines. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ part, verdict, text }) => `${MARKS[verdict]} ${part}: ${text}`);
}

/** Creates findings of a part. */
export function createFindings(part: string) {
  return {
    ok: (text: string): Finding => ({ part, verdict: 'ok', text }),
    warning: (text: string): Finding => ({ part, verdict: 'warning', text }),
    fault: (text: string): Finding => ({ part, verdict: 'fault', text }),
  };
}
