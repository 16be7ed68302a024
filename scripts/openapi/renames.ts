import type { OpenApiRename } from './differences.ts';

/** Names of the wire that were changed on purpose since revision b95a4b7. */
export const OPENAPI_RENAMES: readonly OpenApiRename[] = [
  { before: 'bound', after: 'max_concurrency', at: /^(?!.*\/issues\/)/ },
  { before: 'dead_by', after: 'attempt_deadline' },
  { before: 'shrunk_at', after: 'pruned_at' },
  { before: 'taken_usd', after: 'used_usd' },
];
