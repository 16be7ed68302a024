export {
  type CandidateFacts,
  type CandidateVersion,
  dependsOnData,
  findIneligibilityReasons,
  INELIGIBILITY_REASONS,
  type IneligibilityReason,
  MAX_SAME_DATA_FAILURES,
} from './eligibility.ts';
export {
  defaultTrigger,
  MODES,
  type Mode,
  nextVersionName,
  parseModelName,
  toJobId,
  toModelName,
  toOutputKey,
  toSubjectKind,
} from './names.ts';
export { SUBJECT_KINDS, type Subject, type SubjectKind } from './subject.ts';
