import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { CandidatesView } from '@trainyard/contracts';
import { type ReactNode, useId } from 'react';
import { ProblemError } from '../../api/http/problem.ts';
import { policiesQuery } from './data/queries.ts';
import { NumberField } from './number-field.tsx';
import styles from './plan-fields.module.css';
import { storePrompts } from './plan-order.ts';
import { type AutoTrainSearch, readAmount } from './search.ts';

const route = getRouteApi('/shell/auto-train');

/** Properties of the fields. */
export interface PlanFieldsProps {
  readonly candidates: CandidatesView | undefined;
  /** Refusal of the plan, whose issues appear under their fields. */
  readonly problem: unknown;
  /** Whether actors are chosen by hand, so that the limit does not apply. */
  readonly isPicked: boolean;
  readonly prompts: string;
  readonly onPrompts: (text: string) => void;
}

/** Limit, budget, policy, order, sample pictures and unreviewed models of the plan; the address holds them. */
export function PlanFields({ candidates, problem, isPicked, prompts, onPrompts }: PlanFieldsProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (values: AutoTrainSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...values }), replace: true, resetScroll: false });
  const hasSamples = search.samples !== 'off';
  return (
    <form className={styles.form} aria-label="Plan" onSubmit={(event) => event.preventDefault()}>
      <div className={styles.grid}>
        <LimitField search={search} change={change} {...{ candidates, problem, isPicked }} />
        <NumberField
          label="Budget"
          unit="$"
          hint="for this run"
          value={search.budget}
          parse={readAmount}
          error={findIssue(problem, 'budget_usd')}
          onChange={(budget) => change({ budget })}
        />
        <PolicyField search={search} change={change} />
        <OrderField candidates={candidates} search={search} change={change} />
      </div>
      <Boxes search={search} change={change} />
      {hasSamples && (
        <PromptsField
          prompts={prompts}
          error={findIssue(problem, 'sample_prompts')}
          onPrompts={(text) => {
            storePrompts(text);
            onPrompts(text);
          }}
        />
      )}
    </form>
  );
}

function Boxes({ search, change }: FieldProps) {
  return (
    <div className={styles.boxes}>
      <Box
        label="Sample pictures"
        isOn={search.samples !== 'off'}
        onChange={(isOn) => change({ samples: isOn ? undefined : 'off' })}
      />
      <Box
        label="Include actors with a model to review"
        isOn={search.unreviewed === true}
        onChange={(isOn) => change({ unreviewed: isOn || undefined })}
      />
    </div>
  );
}

/** The message of the API about a field. */
function findIssue(problem: unknown, path: string): string | undefined {
  const issues = problem instanceof ProblemError ? (problem.problem.issues ?? []) : [];
  const issue = issues.find((each) => each.path === path || each.path.startsWith(`${path}.`));
  if (!issue) return undefined;
  return issue.bound === undefined ? issue.message : `${issue.message} (${issue.bound})`;
}

interface FieldProps {
  readonly search: AutoTrainSearch;
  readonly change: (values: AutoTrainSearch) => void;
}

type LimitProps = FieldProps & Pick<PlanFieldsProps, 'candidates' | 'problem' | 'isPicked'>;

function LimitField({ search, change, candidates, problem, isPicked }: LimitProps) {
  const isAll = search.all === true;
  const reason = isPicked ? 'actors are chosen by hand' : isAll ? 'all actors are chosen' : undefined;
  return (
    <div className={styles.limit}>
      <NumberField
        label="Limit"
        hint="actors at most"
        value={isAll || isPicked ? undefined : (search.limit ?? candidates?.default_limit)}
        parse={readWhole}
        error={findIssue(problem, 'limit')}
        unavailable={reason}
        onChange={(limit) => change({ limit: limit === candidates?.default_limit ? undefined : limit })}
      />
      <Box
        label="all"
        isOn={isAll}
        onChange={(isOn) => change({ all: isOn || undefined, limit: undefined })}
      />
    </div>
  );
}

function readWhole(text: string): number | undefined {
  return /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

function PolicyField({ search, change }: FieldProps) {
  const { data } = useQuery(policiesQuery);
  const fallback = data?.defaults.actor;
  const value = search.policy ?? fallback ?? '';
  const summary = data?.policies.find(({ name }) => name === value)?.summary;
  return (
    <Select
      label="Policy"
      hint={summary}
      value={value}
      onChange={(policy) => change({ policy: policy === fallback ? undefined : policy })}
    >
      {!data?.policies.some(({ name }) => name === value) && <option value={value}>{value}</option>}
      {data?.policies.map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </Select>
  );
}

function OrderField({ candidates, search, change }: FieldProps & Pick<PlanFieldsProps, 'candidates'>) {
  const orders = candidates?.orders ?? [];
  const fallback = orders[0]?.priority;
  const value = search.order ?? fallback;
  const isKnown = orders.some(({ priority }) => priority === value);
  return (
    <Select
      label="Order"
      hint="place in the queue"
      value={value === undefined ? '' : String(value)}
      onChange={(text) => change({ order: Number(text) === fallback ? undefined : Number(text) })}
    >
      {!isKnown && <option value={value}>{value === undefined ? '' : `priority ${value}`}</option>}
      {orders.map(({ priority, text }) => (
        <option key={priority} value={priority}>
          {text}
        </option>
      ))}
    </Select>
  );
}

interface SelectProps {
  readonly label: string;
  readonly hint: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}

function Select({ label, hint, value, onChange, children }: SelectProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      >
        {children}
      </select>
      <p id={`${id}-hint`} className={styles.hint} title={hint}>
        {hint ?? '\u00a0'}
      </p>
    </div>
  );
}

interface BoxProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Box({ label, isOn, onChange }: BoxProps) {
  return (
    <label className={styles.box}>
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

interface PromptsProps {
  readonly prompts: string;
  readonly error: string | undefined;
  readonly onPrompts: (text: string) => void;
}

function PromptsField({ prompts, error, onPrompts }: PromptsProps) {
  const id = useId();
  return (
    <details className={styles.prompts} open={error !== undefined || undefined}>
      <summary>Prompts of the sample pictures</summary>
      <textarea
        id={id}
        aria-label="Prompts of the sample pictures, one a line"
        aria-describedby={`${id}-hint`}
        aria-invalid={error !== undefined || undefined}
        rows={3}
        value={prompts}
        placeholder="{trigger}"
        onChange={(event) => onPrompts(event.target.value)}
      />
      <p id={`${id}-hint`} className={error === undefined ? styles.hint : styles.error}>
        {error ?? 'One a line; {trigger} is the trigger of each actor. Empty: the trigger alone.'}
      </p>
    </details>
  );
}
