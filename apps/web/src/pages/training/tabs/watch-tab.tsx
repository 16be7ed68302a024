import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { TrainingProgressView } from '@trainyard/contracts';
import { useState } from 'react';
import { getProblemCode } from '../../../api/http/problem.ts';
import { createEventsQuery } from '../../../api/resources/queries.ts';
import type { LossSeries, StepRange } from '../../../parts/chart/curves.ts';
import { LossChart } from '../../../parts/chart/loss-chart.tsx';
import { Console } from '../../../parts/console/console.tsx';
import { Panel } from '../../../parts/messages/panel.tsx';
import { listConsoleLines } from '../facts/console-lines.ts';
import { isEnded } from '../facts/phases.ts';
import type { Attempts, TrainingProps } from '../facts/queries.ts';
import { Samples } from './samples.tsx';
import styles from './tabs.module.css';

const route = getRouteApi('/shell/trainings/$id');

/** Properties of the tab Watch. */
export interface WatchTabProps extends TrainingProps {
  readonly progress: UseQueryResult<TrainingProgressView>;
}

/** Samples, loss curve and console. A finished training begins with its samples. */
export function WatchTab({ training, subject, progress }: WatchTabProps) {
  const events = useQuery(createEventsQuery(training.id));
  const attempts = progress.data?.attempts ?? [];
  const steps = readSteps(training.hyperparameters) ?? training.progress?.total_steps;
  const samples = <Samples training={training} subject={subject} />;
  // The order is that of the first look: a run that ends while it is watched moves nothing.
  const [isFinished] = useState(isEnded(training) && training.model !== null);
  return (
    <div className={styles.watch}>
      {isFinished && <div className={styles.wide}>{samples}</div>}
      <section className={styles.card}>
        <Loss training={training} progress={progress} totalSteps={steps} />
      </section>
      <section className={`${styles.card} ${styles.console}`}>
        <Panel query={events} height="19rem">
          {(data) => (
            <Console
              title="Console"
              lines={listConsoleLines(data.events, attempts, steps)}
              fileName={`${training.model_name ?? training.id}-console.txt`}
            />
          )}
        </Panel>
      </section>
      {!isFinished && <div className={styles.wide}>{samples}</div>}
    </div>
  );
}

function readSteps(hyperparameters: TrainingProps['training']['hyperparameters']): number | undefined {
  const steps = hyperparameters['max_train_steps'];
  return typeof steps === 'number' ? steps : undefined;
}

interface LossProps extends Pick<WatchTabProps, 'training' | 'progress'> {
  readonly totalSteps: number | undefined;
}

function Loss({ training, progress, totalSteps }: LossProps) {
  const { range } = route.useSearch();
  const navigate = useNavigate({ from: '/trainings/$id' });
  const chart = (attempts: Attempts, empty: string) => (
    <LossChart
      series={toSeries(attempts)}
      totalSteps={totalSteps}
      range={parseRange(range)}
      onRange={(next) =>
        void navigate({
          search: (known) => ({ ...known, range: next && `${next.from}-${next.to}` }),
          replace: true,
        })
      }
      fileName={`${training.model_name ?? training.id}-loss.csv`}
      empty={empty}
    />
  );
  if (getProblemCode(progress.error) === 'progress_not_kept')
    return chart([], 'The loss curve is no longer kept.');
  const empty = isEnded(training)
    ? 'This container reported no loss.'
    : 'The curve begins with the first report of the container.';
  return (
    <Panel query={progress} height="22rem">
      {({ attempts }) => chart(attempts, empty)}
    </Panel>
  );
}

const TONES: readonly LossSeries['tone'][] = ['accent', 'queued', 'info', 'warn'];

/** A curve for each attempt that reported a step; the last attempt has the tone of the page. */
function toSeries(attempts: Attempts): readonly LossSeries[] {
  const reported = attempts.filter(({ points }) => points.length > 0);
  return reported.map(({ number, points }, index) => ({
    name: `Attempt ${number}`,
    tone: TONES[(reported.length - 1 - index) % TONES.length] ?? 'accent',
    points,
  }));
}

/** The visible steps of the address: `400-1200`; undefined for every other text. */
function parseRange(text: string | undefined): StepRange | undefined {
  const [, from, to] = /^(\d{1,9})-(\d{1,9})$/.exec(text ?? '') ?? [];
  const range = { from: Number(from), to: Number(to) };
  return range.to > range.from ? range : undefined;
}
