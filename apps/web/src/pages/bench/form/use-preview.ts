import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { PreviewView, TrainingRequestBody } from '@trainyard/contracts';
import { useEffect, useState } from 'react';
import { dispatchQuery, slotsQuery } from '../../../api/resources/queries.ts';
import { createPreviewQuery } from './queries.ts';

/** The preview of the form while it is edited. */
export interface FormPreview {
  /** The last preview that the API accepted; it stays while a value is corrected. */
  readonly preview: PreviewView | undefined;
  /** Why the API refuses the values as they are. */
  readonly error: Error | null;
  /** Images and captions are being read. */
  readonly isInspecting: boolean;
  /** The preview belongs to the values as they are. */
  readonly isCurrent: boolean;
  readonly retry: () => void;
}

const DEBOUNCE_MS = 250;

/**
 * Previews the form 250 ms after the last key. The first preview reads no image, so that the form is filled at once; a
 * second one reads them when no current report covers images and trigger.
 */
export function usePreview(body: TrainingRequestBody | undefined): FormPreview {
  const settled = useDebounced(body);
  const state = useQueueState();
  const given = settled ?? { kind: 'actor' as const, subject_id: '' };
  const quick = useQuery({
    ...createPreviewQuery(given, false, state),
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
  });
  const isUnchecked = quick.data?.data_checked === false && !quick.isPlaceholderData;
  const full = useQuery({ ...createPreviewQuery(given, true, state), enabled: isUnchecked });
  const data = isUnchecked ? (full.data ?? quick.data) : quick.data;
  const preview = useLast(data);
  return {
    preview,
    error: quick.error ?? (isUnchecked ? full.error : null),
    isInspecting: isUnchecked && full.isFetching,
    isCurrent: settled === body && data !== undefined && !quick.isPlaceholderData,
    retry: () => void (quick.error ? quick.refetch() : full.refetch()),
  };
}

/** The last value that is not undefined. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}

/** The value once it did not change for 250 ms; the first one at once. Equal bodies keep their identity. */
function useDebounced<T>(value: T | undefined): T | undefined {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (settled === undefined) return setSettled(value);
    const timer = setTimeout(() => setSettled(value), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [value, settled]);
  return settled;
}

/** A text that changes when place, start or dispatch of the training may change. */
function useQueueState(): string {
  const { data: slots } = useQuery(slotsQuery);
  const { data: dispatch } = useQuery(dispatchQuery);
  const inUse = slots?.in_use.map(({ training_id: id }) => id).join();
  const { paused, gate, budget, max_concurrency: limit } = dispatch ?? {};
  return JSON.stringify([inUse, slots?.waiting_count, paused, gate?.reason, budget?.reason, limit]);
}
