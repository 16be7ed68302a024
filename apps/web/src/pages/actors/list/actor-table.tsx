import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { getServerNow } from '../../../api/clock.ts';
import type { ActorSort } from '../../../api/resources/actors.ts';
import type { ActorSummary } from '../../../api/resources/types.ts';
import { DataErrors, ModelState } from '../../../parts/actors/actor-facts.tsx';
import { DATA_WORDS } from '../../../parts/actors/actor-words.ts';
import { Poster } from '../../../parts/graphics/poster.tsx';
import { announce } from '../../../parts/messages/announce.tsx';
import { formatDay, formatUtc } from '../../../parts/words/format.ts';
import type { ActorsSearch } from '../filters/search.ts';
import { SelectAll } from '../selection/select-all.tsx';
import type { ActorListProps } from './actor-grid.tsx';
import styles from './actors.module.css';
import { LiveBar } from './live-bar.tsx';

/** Properties of the table. */
export interface ActorTableProps extends ActorListProps {
  readonly search: ActorsSearch;
  readonly onChange: (change: Partial<ActorsSearch>) => void;
}

interface Column {
  readonly label: string;
  readonly sort?: ActorSort;
  readonly isNumber?: boolean;
  readonly render: (actor: ActorSummary) => ReactNode;
}

const COLUMNS: readonly Column[] = [
  { label: 'Age', sort: 'age', isNumber: true, render: ({ age }) => age },
  { label: 'Sex', render: ({ sex }) => sex },
  { label: 'Ethnicity', render: ({ ethnicity }) => ethnicity },
  {
    label: 'Images',
    sort: 'images',
    isNumber: true,
    render: ({ training_data: { count } }) => count,
  },
  { label: 'Data', render: (actor) => <DataCell actor={actor} /> },
  { label: 'Model', sort: 'model', render: (actor) => <ModelCell actor={actor} /> },
  { label: 'Versions', isNumber: true, render: ({ version_count: count }) => count ?? 'unreadable' },
  {
    label: 'Last trained',
    sort: 'last_trained',
    render: ({ last_trained_at: at }) =>
      at === null ? <span className="faint">never</span> : <Day at={at} />,
  },
];

/** The actors as a table whose headers sort it. */
export function ActorTable({ actors, selection, search, onChange }: ActorTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className={styles.tableScroll} aria-label="Table of actors" tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">Actors with their data and models</caption>
        <thead>
          <tr>
            {selection && (
              <th scope="col">
                <SelectAll actors={actors} selection={selection} isHidden />
              </th>
            )}
            <SortHeader label="Actor" sort="name" search={search} onChange={onChange} />
            {COLUMNS.map((column) => (
              <SortHeader key={column.label} {...column} search={search} onChange={onChange} />
            ))}
          </tr>
        </thead>
        <tbody>
          {actors.map((actor) => (
            <ActorRow key={actor.id} actor={actor} selection={selection} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ActorRow({
  actor,
  selection,
}: Pick<ActorListProps, 'selection'> & { readonly actor: ActorSummary }) {
  return (
    <tr data-selected={selection?.has(actor.id) || undefined} data-actor={actor.id}>
      {selection && (
        <td>
          <input
            type="checkbox"
            aria-label={`Select ${actor.name}`}
            checked={selection.has(actor.id)}
            onChange={() => selection.toggle(actor)}
          />
        </td>
      )}
      <th scope="row">
        <Link to="/actors/$id" params={{ id: actor.id }} className={styles.rowLink}>
          <Poster subject={actor} size="row" />
          {actor.name}
        </Link>
      </th>
      {COLUMNS.map(({ label, isNumber, render }) => (
        <td key={label} className={isNumber ? 'number' : undefined}>
          {render(actor)}
        </td>
      ))}
    </tr>
  );
}

function DataCell({ actor }: { readonly actor: ActorSummary }) {
  const { data_state: state, training_data_good: isReviewed } = actor;
  return (
    <>
      <span className={state === 'synced' ? undefined : styles.warn}>{DATA_WORDS[state]}</span>
      <DataErrors count={actor.data_error_count} />
      {state !== 'none' && <span className="muted">{isReviewed ? ' · reviewed' : ' · not reviewed'}</span>}
    </>
  );
}

function ModelCell({ actor }: { readonly actor: ActorSummary }) {
  if (actor.live_training_id === null) return <ModelState actor={actor} />;
  return <LiveBar trainingId={actor.live_training_id} name={actor.name} />;
}

function Day({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatDay(at, getServerNow())}
    </time>
  );
}

interface SortHeaderProps extends Pick<ActorTableProps, 'search' | 'onChange'> {
  readonly label: string;
  readonly sort?: ActorSort;
  readonly isNumber?: boolean;
}

function SortHeader({ label, sort, isNumber = false, search, onChange }: SortHeaderProps) {
  const className = isNumber ? 'number' : undefined;
  if (sort === undefined)
    return (
      <th scope="col" className={className}>
        {label}
      </th>
    );
  const isCurrent = (search.sort ?? 'id') === sort;
  const isUp = (search.order ?? 'asc') === 'asc';
  const onSort = (): void => {
    const order = isCurrent && isUp ? 'desc' : undefined;
    onChange({ sort, order });
    announce(`Sorted by ${label.toLowerCase()}, ${order === 'desc' ? 'descending' : 'ascending'}`);
  };
  return (
    <th
      scope="col"
      className={className}
      aria-sort={isCurrent ? (isUp ? 'ascending' : 'descending') : undefined}
    >
      <button type="button" className={styles.sort} onClick={onSort}>
        {label}
        {isCurrent && (isUp ? <ArrowUp size={14} aria-hidden /> : <ArrowDown size={14} aria-hidden />)}
      </button>
    </th>
  );
}
