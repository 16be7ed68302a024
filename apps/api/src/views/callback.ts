import type { CallbackStatus } from '@trainyard/application';
import type { TunnelView } from '@trainyard/contracts';
import type { Training } from '@trainyard/domain';
import { toIsoOrNull } from './training.ts';

/** Renders the callback of runs with the runs that carry its address. */
export function toCallbackView(status: CallbackStatus, pollIntervalMs: number): TunnelView {
  return {
    running: status.running,
    url: status.url ?? null,
    missing: status.missing ?? null,
    mode: status.mode,
    state: status.state,
    since: toIsoOrNull(status.since),
    reason: status.reason ?? null,
    last_callback_at: toIsoOrNull(status.lastCallbackAt),
    active_runs: status.activeRuns.map(toRunView),
    poll_interval_seconds: pollIntervalMs / 1_000,
  };
}

function toRunView({ id, request: { subject }, ...training }: Training): TunnelView['active_runs'][number] {
  const versionName = 'attempt' in training ? training.attempt.versionName : undefined;
  return {
    training_id: id,
    kind: subject.kind,
    subject_id: subject.id,
    version_name: versionName ?? null,
  };
}
