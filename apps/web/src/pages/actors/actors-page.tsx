import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import { useScope } from '../../api/resources/access.ts';
import { createActorListQuery } from '../../api/resources/actors.ts';
import { ScopeNote } from '../../parts/controls/scope-note.tsx';
import { announce } from '../../parts/messages/announce.tsx';
import { usePageTitle } from '../../parts/messages/page-title.ts';
import { Panel } from '../../parts/messages/panel.tsx';
import { formatSentence, listActiveFilters } from './filters/filter-words.ts';
import { Filters } from './filters/filters.tsx';
import { type ActorsSearch, toListQuery } from './filters/search.ts';
import { ActorList } from './list/actor-list.tsx';
import styles from './list/actors.module.css';
import { useSelection } from './selection/use-selection.ts';

const route = getRouteApi('/shell/actors');

/** The actors of the catalogue, from which trainings are started. Filters, order and view are in the address. */
export function ActorsPage() {
  const search = route.useSearch();
  const onChange = useSearchChange();
  const list = useInfiniteQuery(createActorListQuery(toListQuery(search)));
  const canWrite = useScope('write');
  const selection = useSelection();
  const active = listActiveFilters(search);
  const first = list.data?.pages[0];
  const sentence = first && formatSentence(first.total ?? 0, first.catalogue_count, active);
  usePageTitle(sentence ?? 'Actors');
  useAnnouncement(list.isPlaceholderData ? undefined : sentence);
  return (
    <>
      <header className={styles.title}>
        <h1>{sentence ?? 'Actors'}</h1>
        <ScopeNote needs="write" action="Starting a training" />
      </header>
      <Filters search={search} active={active} facets={first?.facets} onChange={onChange} />
      <Panel query={list} height="40rem">
        {({ pages }) => (
          <ActorList
            pages={pages}
            search={search}
            onChange={onChange}
            selection={canWrite ? selection : undefined}
            more={
              list.hasNextPage
                ? { load: () => void list.fetchNextPage(), busy: list.isFetchingNextPage }
                : undefined
            }
          />
        )}
      </Panel>
    </>
  );
}

/** Changes parameters of the address without a new entry of the history, so that Back leaves the page. */
function useSearchChange(): (change: Partial<ActorsSearch>) => void {
  const navigate = useNavigate({ from: '/actors' });
  return useCallback(
    (change) =>
      void navigate({
        search: (known) => ({ ...known, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
}

/** Announces the number of matching actors after a change of the filters, and not at the opening. */
function useAnnouncement(sentence: string | undefined): void {
  const known = useRef<string>(undefined);
  useEffect(() => {
    if (sentence === undefined) return;
    if (known.current !== undefined && known.current !== sentence) announce(sentence);
    known.current = sentence;
  }, [sentence]);
}
