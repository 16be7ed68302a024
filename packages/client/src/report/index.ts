export * from './auto-train-report.ts';
export * from './event-lines.ts';
export * from './plan-lines.ts';
export * from './text.ts';
