import type { FaultKind } from '../plan/fault-kinds.ts';
import type { Evidence, Strike } from '../record/evidence.ts';

/** What the stand-in writes when a fault that waited has found its target. */
const STRUCK_AS: { readonly [K in FaultKind]?: RegExp } = {
  reply_lost: /^drop /,
  reply_and_webhooks_lost: /^drop /,
  reply_late: /^slow /,
  calls_throttled: /^answer /,
  calls_failing: /^answer /,
  calls_denied: /^answer on run/,
  run_failed: /^(worker_crash|out_of_memory|error)/,
  output_key_ignored: /^output_key_ignored/,
  progress_overtakes_result: /^progress_overtakes/,
  webhooks_lost: /^webhook_lost/,
  webhook_late: /^webhook_late/,
  webhook_doubled: /^webhook_duplicate/,
  webhook_reordered: /^webhook_reordered/,
};

/** The faults that really struck: one that waited for a call that never came is none. */
export const strikesIn = ({ strikes, provider }: Pick<Evidence, 'strikes' | 'provider'>): readonly Strike[] =>
  strikes.filter(({ kind, at, struck }) => {
    const word = STRUCK_AS[kind];
    if (!word) return struck;
    return provider.some((each) => each.event === 'fault' && each.at >= at && word.test(each.detail ?? ''));
  });
