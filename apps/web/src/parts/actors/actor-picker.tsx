import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { createActorListQuery } from '../../api/resources/actors.ts';
import type { ActorPage, ActorSummary } from '../../api/resources/types.ts';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../dialogs/dialog.tsx';
import { Poster } from '../graphics/poster.tsx';
import { Panel } from '../messages/panel.tsx';
import { ActorFacts } from './actor-facts.tsx';
import styles from './actor-picker.module.css';
import { findTrainingFault } from './actor-words.ts';
import { FilterSelect, toFacetOptions } from './filter-select.tsx';
import { SearchField } from './search-field.tsx';

/** Properties of the dialog that picks an actor. */
export interface ActorPickerProps {
  readonly onClose: () => void;
  /** Called with the chosen actor, for example to open its bench. */
  readonly onPick: (actor: ActorSummary) => void;
}

interface Filters {
  readonly q?: string | undefined;
  readonly sex?: string | undefined;
  readonly ethnicity?: string | undefined;
}

/**
 * Dialog that picks an actor to train by its face: search, filters, and posters as native radios. Actors that cannot be
 * trained now are shown with the reason. Render it while it is open.
 */
export function ActorPicker({ onClose, onPick }: ActorPickerProps) {
  const search = useRef<HTMLInputElement>(null);
  const [filters, setFilters] = useState<Filters>({});
  const list = useInfiniteQuery(createActorListQuery({ sort: 'id', ...filters }));
  const setText = useRef((q: string) => setFilters((known) => ({ ...known, q: q || undefined })));
  return (
    <Dialog open onClose={onClose} title="Choose an actor" size="wide" initialFocus={search}>
      <div className={styles.filters}>
        <SearchField
          label="Search id, name, description"
          value={filters.q ?? ''}
          onSearch={setText.current}
          inputRef={search}
        />
        <FacetFilters facets={list.data?.pages[0]?.facets} filters={filters} onChange={setFilters} />
      </div>
      <Panel query={list} height="26rem">
        {({ pages }) => (
          <Choice pages={pages} onPick={onPick}>
            {list.hasNextPage && (
              <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                Load more
              </Button>
            )}
          </Choice>
        )}
      </Panel>
    </Dialog>
  );
}

interface FacetFiltersProps {
  readonly facets: ActorPage['facets'] | undefined;
  readonly filters: Filters;
  readonly onChange: (change: (known: Filters) => Filters) => void;
}

function FacetFilters({ facets = { sex: [], ethnicity: [] }, filters, onChange }: FacetFiltersProps) {
  return (
    <>
      <FilterSelect
        label="Sex"
        any="any"
        value={filters.sex}
        options={toFacetOptions(facets.sex, filters.sex)}
        onSelect={(sex) => onChange((known) => ({ ...known, sex }))}
      />
      <FilterSelect
        label="Ethnicity"
        any="any"
        value={filters.ethnicity}
        options={toFacetOptions(facets.ethnicity, filters.ethnicity)}
        onSelect={(ethnicity) => onChange((known) => ({ ...known, ethnicity }))}
      />
    </>
  );
}

interface ChoiceProps {
  readonly pages: readonly ActorPage[];
  readonly onPick: (actor: ActorSummary) => void;
  readonly children: React.ReactNode;
}

function Choice({ pages, onPick, children }: ChoiceProps) {
  const [chosenId, setChosenId] = useState<string>();
  const actors = pages.flatMap((page) => page.actors);
  const chosen = actors.find(({ id }) => id === chosenId);
  const pick = (event: FormEvent): void => {
    event.preventDefault();
    if (chosen) onPick(chosen);
  };
  if (actors.length === 0) return <p className={styles.none}>No actor matches the search and the filters.</p>;
  return (
    <form className={styles.form} onSubmit={pick}>
      <fieldset className={styles.list}>
        <legend className="visually-hidden">
          {pages[0]?.total ?? actors.length} of {pages[0]?.catalogue_count} actors
        </legend>
        {actors.map((actor) => (
          <PickerCard
            key={actor.id}
            actor={actor}
            checked={actor.id === chosenId}
            onCheck={() => setChosenId(actor.id)}
            onOpen={() => onPick(actor)}
          />
        ))}
        {children}
      </fieldset>
      <footer className={styles.foot}>
        <p className="muted">{chosen ? chosen.name : 'Choose an actor; Enter opens its bench.'}</p>
        <Button kind="primary" type="submit" unavailable={chosen ? undefined : 'No actor is chosen'}>
          Open the bench
        </Button>
      </footer>
    </form>
  );
}

interface PickerCardProps {
  readonly actor: ActorSummary;
  readonly checked: boolean;
  readonly onCheck: () => void;
  readonly onOpen: () => void;
}

function PickerCard({ actor, checked, onCheck, onOpen }: PickerCardProps) {
  const fault = findTrainingFault(actor);
  const faultId = `picker-fault-${actor.id}`;
  return (
    <label
      className={styles.card}
      data-checked={checked || undefined}
      data-fault={fault !== undefined || undefined}
    >
      <input
        type="radio"
        name="actor"
        value={actor.id}
        checked={checked}
        aria-disabled={fault !== undefined || undefined}
        aria-describedby={fault === undefined ? undefined : faultId}
        onChange={() => fault === undefined && onCheck()}
        onDoubleClick={() => fault === undefined && onOpen()}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || fault !== undefined) return;
          event.preventDefault();
          onOpen();
        }}
      />
      <Poster subject={actor} size="fill" />
      <ActorFacts actor={actor} />
      {fault !== undefined && (
        <span id={faultId} className={styles.fault}>
          Cannot be trained now: {fault}
        </span>
      )}
    </label>
  );
}
