import type { InjectionContext, Injector } from '../injection/context.ts';
import { AFTER_ACCEPTED, AFTER_SLOT_ACQUIRED, BEFORE_END_SAVED } from '../injection/fault-points.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';
import { freezeMaster, killMaster, loseAcceptance, loseStart } from './failover.ts';
import { nameForeignRun } from './foreign-run.ts';
import { freezeBeforeSlotAcquired, freezeBetweenSaveAndPost, freezeWithStaleEvent } from './freeze-at.ts';
import { killAt, killDuringPost } from './kill-at.ts';
import { cancelOne, cancelSlowly, changeConcurrencyLimit, changePriority } from './operator-actions.ts';
import {
  disableStore,
  freezeOne,
  freezeReconcilers,
  freezeRedis,
  jumpClock,
  killOne,
  killRedis,
  loseRedis,
} from './processes.ts';
import {
  delayReply,
  delayWebhook,
  denyCalls,
  duplicateWebhook,
  failCalls,
  failRun,
  ignoreOutputKey,
  loseReply,
  loseReplyAndReturnLate,
  loseReplyAndWebhooks,
  loseWebhooks,
  overtakeResult,
  reorderWebhook,
  reportForeignAddress,
  throttleCalls,
} from './provider.ts';
import { forgeWebhooks } from './webhook-forgery.ts';

const injectors: { readonly [K in FaultKind]: Injector } = {
  api_killed: killOne('api'),
  dispatcher_killed: killOne('dispatcher'),
  reconciler_killed: killOne('reconciler'),
  api_frozen: freezeOne('api'),
  dispatcher_frozen: freezeOne('dispatcher'),
  reconciler_frozen: freezeOne('reconciler'),
  killed_between_save_and_202: killAt('api', AFTER_ACCEPTED),
  killed_between_save_and_post: killAt('dispatcher', AFTER_SLOT_ACQUIRED),
  killed_between_manifest_and_save: killAt('reconciler', BEFORE_END_SAVED),
  frozen_between_save_and_post: freezeBetweenSaveAndPost,
  frozen_before_slot_acquired: freezeBeforeSlotAcquired,
  frozen_with_stale_event: freezeWithStaleEvent,
  killed_during_post: killDuringPost,
  reply_lost: loseReply,
  reply_and_webhooks_lost: loseReplyAndWebhooks,
  reply_lost_return_late: loseReplyAndReturnLate,
  reply_late: delayReply,
  calls_throttled: throttleCalls,
  calls_failing: failCalls,
  calls_denied: denyCalls,
  run_failed: failRun,
  output_key_ignored: ignoreOutputKey,
  foreign_address_reported: reportForeignAddress,
  progress_overtakes_result: overtakeResult,
  cancel_delayed: cancelSlowly,
  result_past_retention: freezeReconcilers,
  webhooks_lost: loseWebhooks,
  webhook_late: delayWebhook,
  webhook_duplicated: duplicateWebhook,
  webhook_reordered: reorderWebhook,
  webhook_forged: forgeWebhooks,
  webhook_foreign_run: nameForeignRun,
  redis_killed: killRedis,
  redis_frozen: freezeRedis,
  redis_lost: loseRedis,
  master_killed: killMaster,
  master_frozen: freezeMaster,
  replication_cut_before_accept: loseAcceptance,
  replication_cut_before_start: loseStart,
  store_down: disableStore,
  clock_jumped: jumpClock,
  cancelled: cancelOne,
  priority_changed: changePriority,
  concurrency_limit_changed: changeConcurrencyLimit,
};

/** Executes a fault of the schedule and records it in the event log. Throws when the simulator refuses the fault. */
export async function injectFault(context: InjectionContext): Promise<void> {
  const { kind } = context.injection;
  const requestedAt = Date.now();
  const result = await injectors[kind](context);
  const at = result?.at ?? requestedAt;
  const until = Date.now();
  context.eventLog.injections.push({
    ...{ kind, at, until, recoverableAt: result?.peersLive ? at : until, injected: result !== undefined },
    ...(result?.tags && { tags: result.tags }),
  });
}
