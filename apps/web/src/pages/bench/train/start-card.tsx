import { Link } from '@tanstack/react-router';
import type { CheckView, PreviewView } from '@trainyard/contracts';
import { Check, LoaderCircle, TriangleAlert, X } from 'lucide-react';
import { useServerNow } from '../../../api/clock.ts';
import { formatLimit, formatMonth } from '../../../parts/words/budget-words.ts';
import { formatDurationRange, formatTime, formatUsd, formatUtc } from '../../../parts/words/format.ts';
import { formatPlace } from '../form/values.ts';
import styles from './start-card.module.css';

/** Before you start: time, cost, budget, and place in the queue. */
export function StartFacts({ preview }: { readonly preview: PreviewView }) {
  return (
    <section className={styles.facts} aria-label="Before you start">
      <h2>Before you start</h2>
      <dl className={styles.numbers}>
        <Estimate estimate={preview.estimate} />
        <BudgetRow label="Today" budget={preview.budgets.day} />
        <BudgetRow label={formatMonth(preview.budgets.month.period)} budget={preview.budgets.month} />
        <StartRow start={preview.start} />
      </dl>
    </section>
  );
}

/** Properties of the conditions of a start. */
export interface StartChecksProps {
  readonly preview: PreviewView;
  /** Images and captions are being read. */
  readonly isInspecting: boolean;
}

/** The conditions of the start, each with its remedy. */
export function StartChecks({ preview, isInspecting }: StartChecksProps) {
  return (
    <ul className={styles.checks} aria-label="Checks">
      {preview.checks.map((check) => (
        <CheckLine
          key={check.code}
          check={check}
          actorId={preview.subject_id}
          isPending={isInspecting && DATA_CODES.includes(check.code)}
        />
      ))}
    </ul>
  );
}

const DATA_CODES: readonly CheckView['code'][] = ['images', 'captions', 'trigger'];

function Estimate({ estimate }: Pick<PreviewView, 'estimate'>) {
  const { samples, price, cost_range_usd: cost } = estimate;
  const basis = samples === 0 ? 'first guess' : `from ${samples} finished run${samples === 1 ? '' : 's'}`;
  return (
    <>
      <div>
        <dt>
          Takes <span className="faint">{basis}</span>
        </dt>
        <dd>{formatDurationRange(estimate.duration_range_seconds)}</dd>
      </div>
      <div title={price ? `${price.gpu_type}, prices of ${price.as_of}` : undefined}>
        <dt>Costs, estimate</dt>
        <dd>{cost ? formatUsdRange(cost) : 'cost unknown: GPU_TYPE is not set'}</dd>
      </div>
    </>
  );
}

/** `$2.12 to $2.59`; equal ends are one amount. */
function formatUsdRange([low, high]: readonly [number, number]): string {
  const [from, to] = [formatUsd(low), formatUsd(high)];
  return from === to ? to : `${from} to ${to}`;
}

interface BudgetRowProps {
  readonly label: string;
  readonly budget: PreviewView['budgets']['month'];
}

function BudgetRow({ label, budget: { budget_usd: limit, after_usd: after } }: BudgetRowProps) {
  if (limit === null || after === null) return null;
  return (
    <div className={after > limit ? styles.over : undefined}>
      <dt>{label} after this</dt>
      <dd>
        {formatUsd(after)} of {formatLimit(limit)}
      </dd>
    </div>
  );
}

function StartRow({ start: { position, at, waiting } }: Pick<PreviewView, 'start'>) {
  const now = useServerNow();
  const isNow = at !== null && Date.parse(at) - now < 60_000;
  const place = position === null ? 'behind more than 20' : formatPlace(position);
  return (
    <div>
      <dt>Starts</dt>
      <dd>
        {place}
        {at !== null && (
          <>
            ,{' '}
            {isNow ? (
              'at once'
            ) : (
              <time dateTime={at} title={formatUtc(at)}>
                about {formatTime(at, now)}
              </time>
            )}
          </>
        )}
        {at === null && waiting && ', not at present'}
      </dd>
    </div>
  );
}

interface CheckLineProps {
  readonly check: CheckView;
  readonly actorId: string;
  readonly isPending: boolean;
}

const ICONS = { ok: Check, warning: TriangleAlert, error: X } as const;

function CheckLine({ check, actorId, isPending }: CheckLineProps) {
  const Icon = isPending ? LoaderCircle : ICONS[check.state];
  return (
    <li className={isPending ? styles.pending : styles[check.state]} data-check={check.code}>
      <Icon size={16} aria-hidden />
      <div>
        <p>{isPending ? `Reading the ${check.code}` : check.message}</p>
        {!isPending && check.state !== 'ok' && <Remedy check={check} actorId={actorId} />}
      </div>
    </li>
  );
}

function Remedy({
  check: { code, hint, training_id: trainingId },
  actorId,
}: Omit<CheckLineProps, 'isPending'>) {
  return (
    <>
      {trainingId === undefined && <p className="faint small">{hint}</p>}
      <p className="small">
        {DATA_CODES.includes(code) && (
          <Link to="/actors/$id" params={{ id: actorId }} search={{ tab: 'images' }}>
            Open Images
          </Link>
        )}
        {code === 'callback' && <Link to="/settings">Open Settings</Link>}
        {trainingId !== undefined && (
          <Link to="/trainings/$id" params={{ id: trainingId }}>
            Open the live training
          </Link>
        )}
      </p>
    </>
  );
}
