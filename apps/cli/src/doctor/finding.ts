/** What the doctor found about one part. */
export interface Finding {
  readonly part: string;
  readonly verdict: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

const MARKS = { ok: '✓', warning: '!', fault: '✗' } as const;

/** Findings as lines. */
export const findingLines = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ part, verdict, text }) => `${MARKS[verdict]} ${part}: ${text}`);

/** Makes findings of one part. */
export const createFindings = (part: string) => ({
  ok: (text: string): Finding => ({ part, verdict: 'ok', text }),
  warning: (text: string): Finding => ({ part, verdict: 'warning', text }),
  fault: (text: string): Finding => ({ part, verdict: 'fault', text }),
});

/** An error's words. */
export const toErrorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));
