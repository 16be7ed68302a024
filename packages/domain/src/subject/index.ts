export {
  type CandidateFacts,
  type CandidateVersion,
  hingesOnData,
  INELIGIBILITY_REASONS,
  type IneligibilityReason,
  ineligibility,
  MAX_FAILURES_OF_SAME_DATA,
} from './eligibility.ts';
export {
  defaultTrigger,
  jobIdOf,
  kindOfMode,
  MODES,
  type Mode,
  modelName,
  nextVersionName,
  outputKeyOf,
  parseModelName,
} from './names.ts';
export { SUBJECT_KINDS, type Subject, type SubjectKind } from './subject.ts';
