import { ArrowDown, ArrowUp, LayoutGrid, SlidersHorizontal, Table2, X } from 'lucide-react';
import { useId, useState } from 'react';
import { ACTOR_SORTS, type ActorSort } from '../../../api/resources/actors.ts';
import type { ActorPage } from '../../../api/resources/types.ts';
import { DATA_WORDS, MODEL_WORDS } from '../../../parts/actors/actor-words.ts';
import { FilterSelect, toFacetOptions } from '../../../parts/actors/filter-select.tsx';
import { SearchField } from '../../../parts/actors/search-field.tsx';
import { Button } from '../../../parts/controls/button.tsx';
import { AgeRange } from './age-range.tsx';
import { type ActiveFilter, NO_FILTERS } from './filter-words.ts';
import styles from './filters.module.css';
import type { ActorsSearch } from './search.ts';

/** Properties of the tools above the list. */
export interface FiltersProps {
  readonly search: ActorsSearch;
  readonly active: readonly ActiveFilter[];
  readonly facets: ActorPage['facets'] | undefined;
  /** Changes some parameters of the search in the address. */
  readonly onChange: (change: Partial<ActorsSearch>) => void;
}

/** Search, filters, order and view. On a phone the filters open on demand. */
export function Filters({ search, active, facets, onChange }: FiltersProps) {
  const [isOpen, setOpen] = useState(false);
  const [setQuery] = useState(() => (text: string) => onChange({ q: text || undefined }));
  return (
    <search className={styles.tools}>
      <div className={styles.row}>
        <SearchField label="Search id, name, description" value={search.q ?? ''} onSearch={setQuery} />
        <span className={styles.toggle}>
          <Button pressed={isOpen} onClick={() => setOpen(!isOpen)}>
            <SlidersHorizontal size={16} aria-hidden />
            Filter{active.length > 0 && ` ${active.length}`}
          </Button>
        </span>
      </div>
      <div className={styles.fields} data-open={isOpen || undefined}>
        <SubjectFilters search={search} facets={facets} onChange={onChange} />
        <StateFilters search={search} onChange={onChange} />
        <SortChoice search={search} onChange={onChange} />
        <ViewChoice search={search} onChange={onChange} />
      </div>
      <ActiveFilters active={active} onChange={onChange} />
    </search>
  );
}

type PartProps = Pick<FiltersProps, 'search' | 'onChange'>;

function SubjectFilters({ search, facets, onChange }: PartProps & Pick<FiltersProps, 'facets'>) {
  return (
    <>
      <FilterSelect
        label="Sex"
        any="any"
        value={search.sex}
        options={toFacetOptions(facets?.sex ?? [], search.sex)}
        onSelect={(sex) => onChange({ sex })}
      />
      <FilterSelect
        label="Ethnicity"
        any="any"
        value={search.ethnicity}
        options={toFacetOptions(facets?.ethnicity ?? [], search.ethnicity)}
        onSelect={(ethnicity) => onChange({ ethnicity })}
      />
      <AgeRange min={search.min_age} max={search.max_age} onChange={onChange} />
    </>
  );
}

const DATA_OPTIONS = (['synced', 'not_synced', 'none'] as const).map(
  (each) => [each, DATA_WORDS[each]] as const,
);
const MODEL_OPTIONS = (['none', 'training', 'awaiting_review', 'good', 'failed'] as const).map(
  (each) => [each, MODEL_WORDS[each]] as const,
);

function StateFilters({ search, onChange }: PartProps) {
  return (
    <>
      <FilterSelect
        label="Data"
        any="any"
        value={search.data}
        options={DATA_OPTIONS}
        onSelect={(data) => onChange({ data })}
      />
      <FilterSelect
        label="Review"
        any="any"
        value={search.reviewed}
        options={[
          ['true', 'reviewed'],
          ['false', 'not reviewed'],
        ]}
        onSelect={(reviewed) => onChange({ reviewed })}
      />
      <FilterSelect
        label="Model"
        any="any"
        value={search.model}
        options={MODEL_OPTIONS}
        onSelect={(model) => onChange({ model })}
      />
    </>
  );
}

const SORT_WORDS: Readonly<Record<ActorSort, string>> = {
  id: 'id',
  name: 'name',
  images: 'images',
  age: 'age',
  last_trained: 'last trained',
  model: 'model',
};

function SortChoice({ search: { sort = 'id', order = 'asc' }, onChange }: PartProps) {
  const isUp = order === 'asc';
  const id = useId();
  return (
    <div className={styles.sort}>
      <div className={styles.field}>
        <label className="faint small" htmlFor={id}>
          Sort by
        </label>
        <select
          id={id}
          value={sort}
          onChange={({ target }) => {
            const next = ACTOR_SORTS.find((each) => each === target.value);
            onChange({ sort: next === 'id' ? undefined : next });
          }}
        >
          {ACTOR_SORTS.map((each) => (
            <option key={each} value={each}>
              {SORT_WORDS[each]}
            </option>
          ))}
        </select>
      </div>
      <Button
        label={isUp ? 'Ascending; sort descending' : 'Descending; sort ascending'}
        onClick={() => onChange({ order: isUp ? 'desc' : undefined })}
      >
        {isUp ? <ArrowUp size={16} aria-hidden /> : <ArrowDown size={16} aria-hidden />}
      </Button>
    </div>
  );
}

function ViewChoice({ search: { view }, onChange }: PartProps) {
  return (
    <fieldset className={styles.views}>
      <legend className="visually-hidden">View</legend>
      <Button label="Posters" pressed={view === undefined} onClick={() => onChange({ view: undefined })}>
        <LayoutGrid size={16} aria-hidden />
      </Button>
      <Button label="Table" pressed={view === 'table'} onClick={() => onChange({ view: 'table' })}>
        <Table2 size={16} aria-hidden />
      </Button>
    </fieldset>
  );
}

function ActiveFilters({ active, onChange }: Pick<FiltersProps, 'active' | 'onChange'>) {
  if (active.length === 0) return null;
  return (
    <ul className={styles.active} aria-label="Active filters">
      {active.map(({ text, cleared }) => (
        <li key={text}>
          <button
            type="button"
            className={styles.chip}
            aria-label={`${text}: clear this filter`}
            onClick={() => onChange(cleared)}
          >
            {text}
            <X size={14} aria-hidden />
          </button>
        </li>
      ))}
      <li>
        <button type="button" className={styles.clear} onClick={() => onChange(NO_FILTERS)}>
          Clear filters
        </button>
      </li>
    </ul>
  );
}
