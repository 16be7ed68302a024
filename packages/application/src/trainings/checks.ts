import type { Finding } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { Preview } from '../intake/preview.ts';
import { getDispatchStop } from './waiting.ts';

/** A condition of a training that is shown before its start. An error refuses or stops it; a warning does not. */
export interface Check {
  readonly code: 'images' | 'captions' | 'trigger' | 'store' | 'callback' | 'dispatch' | 'subject_busy';
  readonly state: 'ok' | 'warning' | 'error';
  readonly message: string;
  /** The remedy; absent for `ok`. */
  readonly hint?: string;
}

type CheckDeps = Pick<Deps, 'store' | 'storeHealth' | 'budgets' | 'settings' | 'clock'>;

/** Lists the conditions of a previewed training: its data, the store, the callback, dispatch and its subject. */
export async function listChecks(
  deps: CheckDeps,
  { dataset, request }: Pick<Preview, 'dataset' | 'request'>,
): Promise<readonly Check[]> {
  const of = (code: Check['code'], test: (code: string) => boolean): Check =>
    toDataCheck(
      code,
      dataset.findings.filter((each) => test(each.code)),
    );
  const { kind, id } = request.subject;
  const [url, fault, stop, busy] = await Promise.all([
    deps.settings.webhookUrl('preview', 1),
    deps.storeHealth.readFault(),
    getDispatchStop(deps),
    deps.store.listUnfinished(request.subject),
  ]);
  return [
    of('images', (each) => !/^(caption|trigger)_/.test(each)),
    of('captions', (each) => each.startsWith('caption_')),
    of('trigger', (each) => each.startsWith('trigger_')),
    toCheck('store', fault?.reason, 'Check the object store with `trainyard doctor`.', 'error'),
    toCheck(
      'callback',
      url === undefined ? 'No public address: results are found by polling' : undefined,
      'Set GATEWAY_BASE_URL, or start the tunnel.',
    ),
    toCheck('dispatch', stop?.text, 'The training waits in the queue until dispatch continues.'),
    toCheck(
      'subject_busy',
      busy.length > 0 ? `${kind} ${id} already has a live training` : undefined,
      'Wait until it ends, cancel it, or send `force`.',
      'error',
    ),
  ];
}

function toCheck(
  code: Check['code'],
  message: string | undefined,
  hint: string,
  state: Check['state'] = 'warning',
): Check {
  return message === undefined ? { code, state: 'ok', message: 'ok' } : { code, state, message, hint };
}

function toDataCheck(code: Check['code'], findings: readonly Finding[]): Check {
  const worst = findings.find(({ severity }) => severity !== 'advice');
  return toCheck(code, worst?.message, worst?.hint ?? '', worst?.severity === 'error' ? 'error' : 'warning');
}
