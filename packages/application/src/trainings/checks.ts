import type { Finding, Subject } from '@trainyard/domain';
import { listForeignBuckets } from '../dataset/foreign-buckets.ts';
import type { KnownDataset } from '../dataset/known-errors.ts';
import type { Deps } from '../deps.ts';
import type { Preview } from '../intake/preview.ts';
import { type DispatchStop, getDispatchStop } from './waiting.ts';

/** A condition of a training that is shown before its start. An error refuses or stops it; a warning does not. */
export interface Check {
  readonly code: 'images' | 'captions' | 'trigger' | 'store' | 'callback' | 'dispatch' | 'subject_busy';
  readonly state: 'ok' | 'warning' | 'error';
  readonly message: string;
  /** The remedy; absent for `ok`. */
  readonly hint?: string;
  /** The live training of a busy subject. */
  readonly trainingId?: string;
}

type SystemCheckDeps = Pick<Deps, 'store' | 'storeHealth' | 'budgets' | 'settings' | 'clock' | 'objects'>;

/** Lists the conditions of a previewed training: its data, the store, the callback, dispatch and its subject. */
export async function listChecks(
  deps: SystemCheckDeps,
  { known, request }: Pick<Preview, 'known' | 'request'>,
): Promise<readonly Check[]> {
  const { imageUris, subject } = request;
  const [systemChecks, busy] = await Promise.all([
    listSystemChecks(deps, { imageUris, stop: await getDispatchStop(deps) }),
    checkSubject(deps, subject),
  ]);
  return [...listDataChecks(known, imageUris.length), ...systemChecks, busy];
}

/** The images of one training or of several, and the cause that stops dispatch. */
export interface SystemFacts {
  readonly imageUris: readonly string[];
  readonly stop: DispatchStop | undefined;
}

/** The conditions that concern no single subject: the object store, the callback and dispatch. */
export async function listSystemChecks(
  deps: SystemCheckDeps,
  { imageUris, stop }: SystemFacts,
): Promise<readonly Check[]> {
  const url = await deps.settings.webhookUrl('preview', 1);
  return [
    await checkStore(deps, imageUris),
    url === undefined
      ? {
          code: 'callback',
          state: 'warning',
          message: 'No public address: results are found by polling',
          hint: 'Set GATEWAY_BASE_URL, or start the tunnel.',
        }
      : toOk('callback', 'RunPod reports results by callback'),
    stop
      ? {
          code: 'dispatch',
          state: 'warning',
          message: stop.text,
          hint: 'The training waits in the queue until dispatch continues.',
        }
      : toOk('dispatch', 'Dispatch is open'),
  ];
}

/** A fault of the store is an error; images that a worker may be unable to read are a warning. */
async function checkStore(deps: SystemCheckDeps, imageUris: readonly string[]): Promise<Check> {
  const fault = await deps.storeHealth.readFault();
  if (fault)
    return {
      code: 'store',
      state: 'error',
      message: fault.reason,
      hint: 'Check the object store with `trainyard doctor`.',
    };
  if (deps.settings.isLocalStore)
    return {
      code: 'store',
      state: 'warning',
      message: 'The object store is a folder of this machine, which no worker at RunPod can read',
      hint: 'Set OBJECT_STORE_URL=s3://bucket/prefix and import the catalogue again.',
    };
  const [bucket, ...others] = listForeignBuckets(deps, imageUris);
  if (bucket === undefined) return toOk('store', 'The object store answers');
  const names = [bucket, ...others].slice(0, 3).join(', ');
  return {
    code: 'store',
    state: 'warning',
    message: `Images are in a bucket other than the object store's: ${names}`,
    hint: 'The container needs a key that can read this bucket.',
  };
}

async function checkSubject({ store }: SystemCheckDeps, subject: Subject): Promise<Check> {
  const [trainingId] = await store.listUnfinished(subject);
  const { kind, id } = subject;
  if (trainingId === undefined) return toOk('subject_busy', `No training of ${kind} ${id} is live`);
  return {
    code: 'subject_busy',
    state: 'error',
    message: `${kind} ${id} already has a live training`,
    hint: 'Wait until it ends, cancel it, or send `force`.',
    trainingId,
  };
}

/** The conditions of the images, the captions and the trigger. @param imageCount number of images in the request */
export function listDataChecks(
  { findings, captionCount = 0, coverage, classTokens }: KnownDataset,
  imageCount: number,
): readonly Check[] {
  const check = (code: DataCode, text: string, isKnown = coverage !== 'none'): Check => {
    const worst = findings.find((each) => each.severity !== 'advice' && getDataCode(each) === code);
    if (worst) {
      const state = worst.severity === 'error' ? 'error' : 'warning';
      return { code, state, message: worst.message, hint: worst.hint };
    }
    return isKnown ? toOk(code, text) : toUnchecked(code);
  };
  return [
    check('images', `${formatCount(imageCount, 'image')} in the object store`),
    check('captions', `${formatCount(captionCount, 'caption')} without errors`),
    check('trigger', toTriggerText(captionCount, classTokens), coverage === 'all'),
  ];
}

/** Without a fault either all captions or none hold the trigger; only an inspection knows which. */
function toTriggerText(captionCount: number, classTokens: string | undefined): string {
  if (classTokens === '') return `The trigger is in all ${formatCount(captionCount, 'caption')}`;
  if (classTokens !== undefined) return 'No caption holds the trigger; the trainer adds it';
  return `The trigger has no fault in ${formatCount(captionCount, 'caption')}`;
}

type DataCode = 'images' | 'captions' | 'trigger';

function getDataCode({ code }: Pick<Finding, 'code'>): DataCode {
  if (code.startsWith('caption_')) return 'captions';
  return code.startsWith('trigger_') ? 'trigger' : 'images';
}

/** `1 image`, `23 images`. */
function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function toUnchecked(code: DataCode): Check {
  const message = { images: 'Images', captions: 'Captions', trigger: 'Trigger' }[code];
  return {
    code,
    state: 'warning',
    message: `${message} not checked yet`,
    hint: 'Preview the training with `inspect: true`, which reads each image and caption.',
  };
}

/** A fulfilled condition. */
export function toOk(code: Check['code'], message: string): Check {
  return { code, state: 'ok', message };
}
