export {
  type CandidateFacts,
  type CandidateVersion,
  dependsOnData,
  INELIGIBILITY_REASONS,
  type IneligibilityReason,
  findIneligibilityReasons,
  MAX_SAME_DATA_FAILURES,
} from './eligibility.ts';
export {
  defaultTrigger,
  toJobId,
  toSubjectKind,
  MODES,
  type Mode,
  toModelName,
  nextVersionName,
  toOutputKey,
  parseModelName,
} from './names.ts';
export { SUBJECT_KINDS, type Subject, type SubjectKind } from './subject.ts';
