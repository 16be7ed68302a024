import type { Mutation } from '../mutation.ts';
import { END_GUARDS } from './ends.ts';
import { STATE_GUARDS } from './record.ts';
import { SUBMISSION_GUARDS } from './submission.ts';

/** Every guard that is taken away once. */
export const MUTATIONS: readonly Mutation[] = [...SUBMISSION_GUARDS, ...STATE_GUARDS, ...END_GUARDS];
