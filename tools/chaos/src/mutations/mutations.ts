import { END_GUARDS } from './end-guards.ts';
import type { Mutation } from './mutation.ts';
import { REPLICATION_GUARDS } from './replication-guards.ts';
import { STATE_GUARDS } from './state-guards.ts';
import { SUBMISSION_GUARDS } from './submission-guards.ts';

/** All mutations; each is run on its own. */
export const MUTATIONS: readonly Mutation[] = [
  ...SUBMISSION_GUARDS,
  ...REPLICATION_GUARDS,
  ...STATE_GUARDS,
  ...END_GUARDS,
];
