import { Link } from '@tanstack/react-router';
import type { AutoTrainRunView, CandidatesView } from '@trainyard/contracts';
import { formatDuration, formatUsd } from '@trainyard/domain';
import { Check, Minus, X } from 'lucide-react';
import { useState } from 'react';
import { Poster } from '../../parts/graphics/poster.tsx';
import styles from './auto-train.module.css';
import { type Candidate, findRemedy, listRuleStates, type RuleState } from './data/reasons.ts';

/** Properties of a row. */
export interface CandidateRowProps {
  readonly candidate: Candidate;
  readonly rules: CandidatesView['rules'];
  /** Inputs and estimate of the training; absent for an actor outside of the plan. */
  readonly planned: AutoTrainRunView['enqueued'][number]['planned'] | undefined;
  readonly isChosen: boolean;
  readonly onToggle: (() => void) | undefined;
}

/** An actor: choice, face, images, preset, steps, time, cost and its rules. */
export function CandidateRow({ candidate, rules, planned, isChosen, onToggle }: CandidateRowProps) {
  const { actor_id: id, name, image_count: images, eligible } = candidate;
  return (
    <tr className={styles.row} data-actor={id}>
      <td className={styles.choice}>
        {onToggle ? (
          <Choice candidate={candidate} isChosen={isChosen} onToggle={onToggle} />
        ) : (
          isChosen && <Check size={16} aria-label="In the plan" />
        )}
      </td>
      <th scope="row" className={styles.actor}>
        <Link to="/actors/$id" params={{ id }} className={styles.name}>
          <Poster subject={{ id, name }} size="row" />
          <span>{name}</span>
        </Link>
        <Rules candidate={candidate} rules={rules} />
        {!eligible && <Remedy candidate={candidate} />}
      </th>
      <td className={`number ${styles.images}`}>
        {images} <span className={styles.unit}>images</span>
      </td>
      <td className={styles.preset}>{planned ? formatPreset(planned) : ''}</td>
      <td className={`number ${styles.takes}`}>{planned ? formatDuration(planned.duration_seconds) : ''}</td>
      <td className={`number ${styles.costs}`}>
        {planned?.cost_usd == null ? '' : formatUsd(planned.cost_usd)}
      </td>
    </tr>
  );
}

function formatPreset({ preset, hyperparameters }: NonNullable<CandidateRowProps['planned']>): string {
  const steps = Number(hyperparameters['max_train_steps']);
  const text = Number.isFinite(steps) ? `${steps.toLocaleString('en')} steps` : '';
  return [preset, text].filter(Boolean).join(' · ');
}

interface ChoiceProps {
  readonly candidate: Candidate;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function Choice({ candidate: { actor_id: id, name, eligible, reasons }, isChosen, onToggle }: ChoiceProps) {
  const reason = eligible ? undefined : (reasons[0]?.message ?? 'not eligible');
  return (
    <>
      <input
        type="checkbox"
        aria-label={`Train ${name}`}
        aria-disabled={!eligible || undefined}
        aria-describedby={reason === undefined ? undefined : `reason-${id}`}
        title={reason}
        checked={isChosen}
        onChange={() => eligible && onToggle()}
      />
      {reason !== undefined && (
        <span id={`reason-${id}`} className="visually-hidden">
          {reason}
        </span>
      )}
    </>
  );
}

const ICONS = { met: Check, broken: X, unchecked: Minus } as const;

/** The broken rules in words; opened, each rule with a tick or a cross. */
function Rules({ candidate, rules }: Pick<CandidateRowProps, 'candidate' | 'rules'>) {
  const [isOpen, setOpen] = useState(false);
  const states = listRuleStates(candidate, rules);
  return (
    <details className={styles.rules} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <RuleSummary states={states} />
      </summary>
      {isOpen && (
        <ul className={styles.ruleList}>
          {states.map(({ code, state, text }) => {
            const Icon = ICONS[state];
            return (
              <li key={code} className={styles[state]}>
                <Icon size={14} aria-hidden />
                <span className="visually-hidden">{state}: </span>
                {text}
              </li>
            );
          })}
        </ul>
      )}
    </details>
  );
}

function RuleSummary({ states }: { readonly states: readonly RuleState[] }) {
  const broken = states.filter(({ state }) => state === 'broken');
  const unchecked = states.find(({ state }) => state === 'unchecked');
  if (broken.length > 0)
    return <span className={styles.broken}>{broken.map(({ text }) => text).join('; ')}</span>;
  if (unchecked) return <span className="muted">{unchecked.text}</span>;
  return <span className={styles.met}>all rules met</span>;
}

function Remedy({ candidate: { actor_id: id, name, reasons } }: { readonly candidate: Candidate }) {
  const remedy = findRemedy(reasons);
  if (!remedy) return null;
  return (
    <Link to="/actors/$id" params={{ id }} search={{ tab: remedy.tab }} className={styles.remedy}>
      {remedy.label}
      <span className="visually-hidden"> of {name}</span>
    </Link>
  );
}
