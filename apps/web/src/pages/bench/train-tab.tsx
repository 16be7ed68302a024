import { getRouteApi, useLocation } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ActorDetail } from '../../api/resources/types.ts';
import { ProblemPanel } from '../../parts/messages/problem.tsx';
import { formatDurationRange, formatUsd } from '../../parts/words/format.ts';
import { usePrefill } from './form/use-prefill.ts';
import { useStart } from './form/use-start.ts';
import { type TrainForm, useTrainForm } from './form/use-train-form.ts';
import { listUsedImages, useLeftOut } from './images/left-out.ts';
import { LeftOutHint } from './images/left-out-hint.tsx';
import { DiscardQuestion } from './train/discard-question.tsx';
import { LastResults } from './train/last-results.tsx';
import { LiveCard } from './train/live-card.tsx';
import { NoImages, NotSynced } from './train/missing-images.tsx';
import { CoreParameters, MoreParameters } from './train/parameters.tsx';
import { PrefillNotice } from './train/prefill-notice.tsx';
import { PresetBar } from './train/preset-bar.tsx';
import { NameFields, OptionFields } from './train/request-fields.tsx';
import { StartAction } from './train/start-action.tsx';
import { StartChecks, StartFacts } from './train/start-card.tsx';
import styles from './train/train.module.css';

const route = getRouteApi('/shell/actors/$id');

/** Form of a new training of the actor: recommended values, their edits, what it takes and costs, and its start. */
export function TrainTab({ actor }: { readonly actor: ActorDetail }) {
  const { from, retry } = route.useSearch();
  const opening = useLocation({ select: ({ state }) => state.__TSR_key ?? '' });
  const leftOut = useLeftOut(actor.id);
  const { s3_urls: uris } = actor.training_data;
  const images = useMemo(() => listUsedImages(uris, leftOut.uris), [uris, leftOut.uris]);
  const train = useTrainForm(actor.id, images);
  const fault = usePrefill(actor, train, { from, retry, opening });
  const start = useStart(actor.id, opening, () =>
    train.change(({ version: _, notes: __, ...edits }) => edits),
  );
  if (actor.training_data.count === 0) return <NoImages id={actor.id} />;
  if (uris.length === 0) return <NotSynced actor={actor} />;
  return (
    <>
      {actor.live_training_id !== null && <LiveCard id={actor.live_training_id} />}
      {fault !== undefined && <p className="muted">The form has the recommended values: {fault}</p>}
      {actor.data_state === 'not_synced' && <NotSynced actor={actor} />}
      <LeftOutHint leftOut={leftOut} total={uris.length} />
      <FormBody train={train} start={start} retryOf={retry} uris={uris} />
      <LastResults id={actor.id} />
      <DiscardQuestion train={train} />
    </>
  );
}

interface FormBodyProps {
  readonly train: TrainForm;
  readonly start: ReturnType<typeof useStart>;
  readonly retryOf: string | undefined;
  readonly uris: readonly string[];
}

function FormBody({ train, start, retryOf, uris }: FormBodyProps) {
  const { preview } = train;
  const error = train.formError ?? train.error;
  if (!preview || !train.form) {
    if (error) return <ProblemPanel error={error} onRetry={train.retry} />;
    return <p className="muted">Reading the recommended values</p>;
  }
  const { estimate, version_name: version, subject_id: id } = preview;
  return (
    <>
      <p className="muted">
        {version} of {id} takes {formatDurationRange(estimate.duration_range_seconds)}
        {estimate.cost_usd !== null && ` and about ${formatUsd(estimate.cost_usd)}`}.
      </p>
      <div className={styles.layout}>
        <form className={styles.form} onSubmit={(event) => event.preventDefault()}>
          <PrefillNotice train={train} preview={preview} uris={uris} />
          <PresetBar train={train} preview={preview} />
          <div className={styles.fields}>
            <CoreParameters train={train} preview={preview} />
            <NameFields train={train} preview={preview} />
          </div>
          <MoreParameters train={train} preview={preview} />
          <OptionFields train={train} preview={preview} />
        </form>
        <aside className={styles.card} aria-label="Start">
          <StartFacts preview={preview} />
          <StartAction train={train} preview={preview} start={start} retryOf={retryOf} />
          <StartChecks preview={preview} isInspecting={train.isInspecting} />
        </aside>
      </div>
    </>
  );
}
