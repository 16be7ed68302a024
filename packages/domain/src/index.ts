export { classifyFailure, type EndedBadly } from './failure/classify.ts';
export { FAILURE_CLASSES, type Failure, type FailureClass } from './failure/failure.ts';
export type { RunOutcome, RunOutput, RunProgress } from './training/run.ts';
export { SUBJECT_KINDS, type Subject, type SubjectKind } from './training/subject.ts';
