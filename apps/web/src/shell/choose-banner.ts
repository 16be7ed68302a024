import type { DispatchView, TunnelView } from '@trainyard/contracts';
import { formatTime } from '../parts/words/format.ts';

/** The facts that decide which banner is shown. */
export interface BannerFacts {
  readonly isOffline: boolean;
  /** Why the API gives no data although the browser is online. */
  readonly apiFault?: string | undefined;
  readonly dispatch?: DispatchView | undefined;
  readonly callback?: Pick<TunnelView, 'mode' | 'state' | 'active_runs' | 'reason'> | undefined;
  /** Time of the server, epoch ms. */
  readonly now: number;
}

/** Banner of the strip: the most important fault, with the page on which it can be mended. */
export interface Banner {
  readonly tone: 'danger' | 'warn' | 'info';
  readonly text: string;
  readonly link?: { readonly to: '/' | '/settings'; readonly label: string };
}

/** Chooses the banner of the highest rank; undefined while nothing is wrong. */
export function chooseBanner(facts: BannerFacts): Banner | undefined {
  const { isOffline, apiFault, dispatch } = facts;
  if (isOffline)
    return {
      tone: 'danger',
      text: 'This browser is offline. What is shown may be outdated; nothing is sent.',
    };
  if (apiFault !== undefined)
    return { tone: 'danger', text: `Trainyard gives no data: ${apiFault} Trainings go on without it.` };
  return (dispatch && chooseStop(dispatch, facts.now)) ?? chooseTunnelFault(facts) ?? choosePause(dispatch);
}

function chooseStop(dispatch: DispatchView, now: number): Banner | undefined {
  const { redis, gate, budget, object_store: store, alarms } = dispatch;
  if (alarms.some(({ code }) => code === 'recover_required'))
    return { tone: 'danger', text: 'Redis lost data; an operator must run `trainyard recover`.' };
  if (redis) return { tone: 'danger', text: `Redis refuses writes: ${redis.reason}` };
  if (store) return { tone: 'danger', text: `Nothing starts: the object store refuses: ${store.reason}` };
  if (gate)
    return {
      tone: 'danger',
      text: `Dispatch stopped at ${formatTime(gate.since, now)}: ${gate.reason}`,
      link: { to: '/', label: 'Overview' },
    };
  if (!budget) return undefined;
  const end = budget.opens_at === null ? '' : `; continues ${formatTime(budget.opens_at, now)}`;
  return {
    tone: 'warn',
    text: `${toSentence(budget.reason)}${end}`,
    link: { to: '/settings', label: 'Budgets' },
  };
}

function chooseTunnelFault({ callback }: BannerFacts): Banner | undefined {
  if (callback?.mode !== 'polling' || callback.active_runs.length === 0) return undefined;
  const count = callback.active_runs.length;
  const runs = count === 1 ? '1 run' : `${count} runs`;
  return {
    tone: 'warn',
    text: `The tunnel is down. The results of ${runs} are found by polling.`,
    link: { to: '/settings', label: 'Callback' },
  };
}

function choosePause(dispatch: DispatchView | undefined): Banner | undefined {
  if (!dispatch?.paused) return undefined;
  return {
    tone: 'info',
    text: dispatch.reason === null ? 'Queue paused' : `Queue paused: ${dispatch.reason}`,
    link: { to: '/', label: 'Overview' },
  };
}

function toSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
