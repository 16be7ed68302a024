import type { ActorPage } from '../../../api/resources/types.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { listActiveFilters, NO_FILTERS } from '../filters/filter-words.ts';
import type { ActorsSearch } from '../filters/search.ts';
import { SelectAll } from '../selection/select-all.tsx';
import { SelectionActions } from '../selection/selection-actions.tsx';
import type { Selection } from '../selection/use-selection.ts';
import { ActorGrid } from './actor-grid.tsx';
import { ActorTable } from './actor-table.tsx';
import styles from './actors.module.css';

/** Properties of the list. */
export interface ActorListProps {
  readonly pages: readonly ActorPage[];
  readonly search: ActorsSearch;
  readonly onChange: (change: Partial<ActorsSearch>) => void;
  /** Absent for a key that may start no training. */
  readonly selection: Selection | undefined;
  /** Absent when all matching actors are shown. */
  readonly more: { readonly load: () => void; readonly busy: boolean } | undefined;
}

/** The matching actors as posters or as a table, or why there are none; below them what can be done with the selected ones. */
export function ActorList({ pages, search, onChange, selection, more }: ActorListProps) {
  const actors = pages.flatMap((page) => page.actors);
  const total = pages[0]?.total ?? actors.length;
  if (pages[0]?.catalogue_count === 0) return <EmptyCatalogue />;
  return (
    <div className={styles.list}>
      {actors.length === 0 && <NoMatch search={search} onChange={onChange} />}
      {actors.length > 0 && search.view === 'table' && (
        <ActorTable actors={actors} selection={selection} search={search} onChange={onChange} />
      )}
      {actors.length > 0 && search.view === undefined && (
        <>
          {selection && <SelectAll actors={actors} selection={selection} />}
          <ActorGrid actors={actors} selection={selection} />
        </>
      )}
      {more && (
        <p className={styles.more}>
          <Button onClick={more.load} busy={more.busy}>
            Load more: {actors.length} of {total} shown
          </Button>
        </p>
      )}
      {selection && <SelectionActions selection={selection} />}
    </div>
  );
}

function EmptyCatalogue() {
  return (
    <div className={styles.empty}>
      <p>
        No actors in the catalogue: <code>npx trainyard import DIR</code>
      </p>
    </div>
  );
}

function NoMatch({ search, onChange }: Pick<ActorListProps, 'search' | 'onChange'>) {
  const filters = listActiveFilters(search).map(({ clause }) => clause);
  return (
    <div className={styles.empty}>
      <p>No actor matches {filters.join(', ')}.</p>
      <Button onClick={() => onChange(NO_FILTERS)}>Clear filters</Button>
    </div>
  );
}
