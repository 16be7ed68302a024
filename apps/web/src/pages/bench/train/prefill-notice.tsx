import type { PreviewView } from '@trainyard/contracts';
import { Button } from '../../../parts/button.tsx';
import { NO_EDITS } from '../form/edits.ts';
import { getTyped, type TrainForm } from '../form/use-train-form.ts';
import { formatValue } from '../form/values.ts';
import styles from './train.module.css';

/** The run whose values fill the form, and in which they differ from the recommended ones. */
export function PrefillNotice({
  train,
  preview,
}: {
  readonly train: TrainForm;
  readonly preview: PreviewView;
}) {
  const { edits, change } = train;
  if (!edits.source) return null;
  const { name } = edits.source;
  const differences = listDifferences(train, preview);
  return (
    <section className={styles.notice} aria-label={`Values of ${name}`}>
      <div className={styles.noticeHead}>
        <h2>Filled in with the values of {name}</h2>
        <Button kind="quiet" onClick={() => change(() => NO_EDITS)}>
          Use the recommended values
        </Button>
      </div>
      {differences.length === 0 ? (
        <p className="muted">They are the recommended ones.</p>
      ) : (
        <ul className="muted small">
          {differences.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The differences between the values of the form and the recommended ones: `Rank 32 instead of 16`. */
function listDifferences(train: TrainForm, preview: PreviewView): readonly string[] {
  const { form, edits } = train;
  const values = (form?.fields ?? []).flatMap(({ name, label }) => {
    const typed = getTyped(train, name);
    if (typed === undefined || typed === '') return [];
    return [
      `${label} ${formatValue(toValue(typed))} instead of ${formatValue(preview.baseline[name] ?? '')}`,
    ];
  });
  return [
    ...values,
    ...(edits.policy !== undefined && edits.policy !== form?.defaults.actor
      ? [`Policy ${edits.policy}`]
      : []),
    ...(edits.pictures ? [] : ['no sample pictures']),
    ...(edits.prompts ? [`${edits.prompts.length} own prompts`] : []),
    ...(edits.images ? [`${edits.images.length} images as trained`] : []),
  ];
}

function toValue(typed: string | boolean): string | number | boolean {
  return typeof typed === 'string' && typed !== '' && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}
