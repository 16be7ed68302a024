import { queryOptions, useQuery } from '@tanstack/react-query';
import { request } from '../http/request.ts';
import { createActorsQuery } from './queries.ts';
import type { StylePage } from './types.ts';

/** A subject as lists show it. */
export interface NamedSubject {
  readonly kind: 'actor' | 'style';
  readonly id: string;
  readonly name: string;
  /** Null for a subject without a poster; absent while that is unknown. */
  readonly poster?: string | null;
}

const stylesQuery = queryOptions({
  queryKey: ['styles', 'list', {}],
  queryFn: ({ signal }) => request<StylePage>('/api/styles', { signal }),
});

/** The name and poster of a subject, of which a training carries only the id; the id stands for a name not yet loaded. */
export function useSubject({ kind, id }: Pick<NamedSubject, 'kind' | 'id'>): NamedSubject {
  const isActor = kind === 'actor';
  const actors = useQuery({ ...createActorsQuery({}), enabled: isActor });
  const styles = useQuery({ ...stylesQuery, enabled: !isActor });
  const list: readonly Omit<NamedSubject, 'kind'>[] =
    (isActor ? actors.data?.actors : styles.data?.styles) ?? [];
  const found = list.find((each) => each.id === id);
  return { kind, id, name: found?.name ?? id, ...(found && { poster: found.poster ?? null }) };
}

/** A training as people name it: `0019 european 20 female · V7`. */
export function toTrainingName(subject: Pick<NamedSubject, 'name'>, versionName: string | null): string {
  return versionName === null ? subject.name : `${subject.name} · ${versionName}`;
}
