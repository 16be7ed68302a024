import type { FaultKind } from '../plan/fault-kinds.ts';
import { cancelOne, cancelSlowly, changeBound, changePriority } from './people.ts';
import { freezeBeforeSlotTaken, freezeBetweenSaveAndPost, freezeWithOldNews } from './points/freeze-at.ts';
import { killAt, killDuringPost } from './points/kill-at.ts';
import { AFTER_ACCEPTED, AFTER_SLOT_TAKEN, BEFORE_END_SAVED } from './points/points.ts';
import { freezeOne, killOne, missRetention } from './processes.ts';
import { forgeWebhooks } from './provider/forgery.ts';
import {
  delayReply,
  delayWebhook,
  deny,
  doubleWebhook,
  failCalls,
  failRun,
  ignoreOutputKey,
  loseReply,
  loseReplyAndWebhooks,
  loseWebhooks,
  overtakeResult,
  reorderWebhook,
  throttle,
} from './provider/wishes.ts';
import type { Inject, Scene } from './scene.ts';
import { cutRedisOff, jumpClock, killRedis, loseRedis, takeStoreDown } from './surroundings.ts';

const injections: { readonly [K in FaultKind]: Inject } = {
  api_killed: killOne('api'),
  dispatcher_killed: killOne('dispatcher'),
  reconciler_killed: killOne('reconciler'),
  api_frozen: freezeOne('api'),
  dispatcher_frozen: freezeOne('dispatcher'),
  reconciler_frozen: freezeOne('reconciler'),
  killed_between_save_and_202: killAt('api', AFTER_ACCEPTED),
  killed_between_save_and_post: killAt('dispatcher', AFTER_SLOT_TAKEN),
  killed_between_manifest_and_save: killAt('reconciler', BEFORE_END_SAVED),
  frozen_between_save_and_post: freezeBetweenSaveAndPost,
  frozen_before_slot_taken: freezeBeforeSlotTaken,
  frozen_with_old_news: freezeWithOldNews,
  killed_during_post: killDuringPost,
  reply_lost: loseReply,
  reply_and_webhooks_lost: loseReplyAndWebhooks,
  reply_late: delayReply,
  calls_throttled: throttle,
  calls_failing: failCalls,
  calls_denied: deny,
  run_failed: failRun,
  output_key_ignored: ignoreOutputKey,
  progress_overtakes_result: overtakeResult,
  cancel_lags: cancelSlowly,
  result_past_retention: missRetention,
  webhooks_lost: loseWebhooks,
  webhook_late: delayWebhook,
  webhook_doubled: doubleWebhook,
  webhook_reordered: reorderWebhook,
  webhook_forged: forgeWebhooks,
  redis_killed: killRedis,
  redis_cut_off: cutRedisOff,
  redis_lost: loseRedis,
  store_down: takeStoreDown,
  clock_jumped: jumpClock,
  cancelled: cancelOne,
  priority_changed: changePriority,
  bound_changed: changeBound,
};

/** Carries out one fault of a schedule and writes it into the diary. */
export const inject = async (scene: Scene): Promise<void> => {
  const { kind } = scene.injection;
  const askedAt = Date.now();
  const blow = await injections[kind](scene);
  const at = blow?.at ?? askedAt;
  const until = Date.now();
  scene.diary.strikes.push({
    ...{ kind, at, until, recoverableAt: blow?.peersLive ? at : until, struck: blow !== undefined },
    ...(blow?.tags && { tags: blow.tags }),
  });
};
