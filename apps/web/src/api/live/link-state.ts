import { useSyncExternalStore } from 'react';
import { getServerNow } from '../clock.ts';

/** State of the link to the server. `since` is the time of the newest data, epoch ms of the server's clock. */
export interface LinkState {
  readonly kind: 'connecting' | 'live' | 'reconnecting' | 'polling' | 'offline';
  readonly since: number;
}

let state: LinkState = { kind: 'connecting', since: getServerNow() };
const listeners = new Set<() => void>();

/** The state of the link to the server. */
export function useLinkState(): LinkState {
  return useSyncExternalStore(subscribe, getLinkState);
}

/** The state of the link to the server, for readers outside of a component. */
function getLinkState(): LinkState {
  return state;
}

/**
 * Sets the state of the link. Data is current while the link is live, so its time is that of the loss; each poll renews it.
 */
export function setLinkState(kind: LinkState['kind']): void {
  if (kind === state.kind && kind !== 'polling') return;
  const isCurrent = kind === 'live' || state.kind === 'live' || kind === 'polling';
  state = { kind, since: isCurrent ? getServerNow() : state.since };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Why actions are unavailable while this browser is offline; undefined while it is online. */
export function useOfflineReason(): string | undefined {
  return useLinkState().kind === 'offline' ? 'This browser is offline; nothing is sent' : undefined;
}
