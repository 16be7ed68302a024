import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BudgetsView } from '@trainyard/contracts';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { request } from '../../api/http/request.ts';
import { budgetsQuery, dispatchQuery } from '../../api/resources/queries.ts';
import { Button } from '../../parts/controls/button.tsx';
import { Question } from '../../parts/dialogs/dialog.tsx';
import { ProblemPanel } from '../../parts/messages/problem.tsx';
import { showToast } from '../../parts/messages/toast.tsx';
import { formatLimit } from '../../parts/words/budget-words.ts';
import { formatUsd } from '../../parts/words/format.ts';
import { readLimit } from './read-limit.ts';
import styles from './settings-page.module.css';

/** Properties of the form. */
export interface BudgetFormProps {
  readonly name: 'day' | 'month';
  /** Name of the period: `November`. */
  readonly title: string;
  readonly account: BudgetsView['day'];
}

/** Form for the limit of a day or month. A limit below the amount spent asks first, because it stops dispatch. */
export function BudgetForm({ name, title, account }: BudgetFormProps) {
  const [draft, setDraft] = useState<string>();
  const [asked, setAsked] = useState<number>();
  const limit = readLimit(draft ?? toText(account.budget_usd));
  const save = useSaveBudget(name, (saved) => {
    setDraft(undefined);
    setAsked(undefined);
    showToast(saved === null ? `${title} has no limit.` : `The limit of ${title} is ${formatLimit(saved)}.`);
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (limit === 'invalid' || limit === account.budget_usd || save.isPending) return;
    if (limit !== null && limit <= account.spent_usd) setAsked(limit);
    else save.mutate(limit);
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <LimitField
        text={draft ?? toText(account.budget_usd)}
        onChange={setDraft}
        isInvalid={limit === 'invalid'}
      >
        <Button type="submit" busy={save.isPending} unavailable={findReason(limit, account.budget_usd)}>
          {save.isPending ? 'Requesting…' : 'Save'}
        </Button>
      </LimitField>
      {save.error && <ProblemPanel error={save.error} />}
      <LowLimitQuestion
        asked={asked}
        busy={save.isPending}
        onClose={() => setAsked(undefined)}
        onAct={save.mutate}
        {...{ title, account }}
      />
    </form>
  );
}

function toText(limit: number | null): string {
  return limit === null ? '' : String(limit);
}

interface LimitFieldProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly isInvalid: boolean;
  /** The button beside the field. */
  readonly children: ReactNode;
}

function LimitField({ text, onChange, isInvalid, children }: LimitFieldProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>Limit in USD</label>
      <div className={styles.field}>
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          placeholder="No limit"
          value={text}
          onChange={(event) => onChange(event.target.value)}
          aria-invalid={isInvalid}
          aria-describedby={`${id}-fault`}
        />
        {children}
      </div>
      <p id={`${id}-fault`} className={styles.invalid}>
        {isInvalid && 'Enter an amount in USD, or leave the field empty for no limit.'}
      </p>
    </>
  );
}

interface LowLimitQuestionProps extends Pick<BudgetFormProps, 'title' | 'account'> {
  /** The limit that is asked about; undefined while nothing is asked. */
  readonly asked: number | undefined;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onAct: (limit: number) => void;
}

function LowLimitQuestion({ asked, busy, onClose, onAct, title, account }: LowLimitQuestionProps) {
  const { budget_usd: current, spent_usd: spent } = account;
  const limit = formatLimit(asked ?? 0);
  return (
    <Question
      open={asked !== undefined}
      onClose={onClose}
      title={`Set the limit of ${title} to ${limit}?`}
      keep={current === null ? 'Keep no limit' : `Keep ${formatLimit(current)}`}
      act={busy ? 'Requesting…' : `Set ${limit}`}
      kind="danger"
      busy={busy}
      onAct={() => asked !== undefined && onAct(asked)}
    >
      <p>
        {title} is at {formatUsd(spent)}. A limit of {limit} stops dispatch now; live runs continue.
      </p>
    </Question>
  );
}

function findReason(limit: number | null | 'invalid', current: number | null): string | undefined {
  if (limit === 'invalid') return 'The amount is not valid';
  return limit === current ? 'The limit is unchanged' : undefined;
}

/** Saves the limit of a period; null removes it. */
function useSaveBudget(name: 'day' | 'month', onSaved: (limit: number | null) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (limit: number | null) =>
      request<BudgetsView>('/api/budgets', { method: 'PUT', body: { [`${name}_usd`]: limit } }),
    onSuccess: (budgets, limit) => {
      client.setQueryData(budgetsQuery.queryKey, budgets);
      void client.invalidateQueries({ queryKey: dispatchQuery.queryKey });
      onSaved(limit);
    },
  });
}
