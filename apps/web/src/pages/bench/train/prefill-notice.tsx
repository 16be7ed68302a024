import { useNavigate } from '@tanstack/react-router';
import type { PreviewView } from '@trainyard/contracts';
import { Button } from '../../../parts/controls/button.tsx';
import { NO_EDITS } from '../form/edits.ts';
import { getTyped, type TrainForm } from '../form/use-train-form.ts';
import { formatValue } from '../form/values.ts';
import styles from './train.module.css';

/** Properties of the notice. */
export interface PrefillNoticeProps {
  readonly train: TrainForm;
  readonly preview: PreviewView;
  /** Images of the actor at present. */
  readonly uris: readonly string[];
}

/** The run whose values fill the form, and in which they differ from the recommended ones. */
export function PrefillNotice({ train, preview, uris }: PrefillNoticeProps) {
  const { edits, change } = train;
  const navigate = useNavigate({ from: '/actors/$id' });
  if (!edits.source) return null;
  const { name } = edits.source;
  const differences = listDifferences(train, preview, uris);
  const clear = async (): Promise<void> => {
    // The run in the address would fill the form again.
    await navigate({ search: (search) => ({ ...search, from: undefined, retry: undefined }), replace: true });
    change(() => NO_EDITS);
  };
  return (
    <section className={styles.notice} aria-label={`Values of ${name}`}>
      <div className={styles.noticeHead}>
        <h2>Filled in with the values of {name}</h2>
        <Button kind="quiet" onClick={() => void clear()}>
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
function listDifferences(train: TrainForm, preview: PreviewView, uris: readonly string[]): readonly string[] {
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
    ...(edits.images ? [describeImages(edits.images, uris)] : []),
  ];
}

function toValue(typed: string | boolean): string | number | boolean {
  return typeof typed === 'string' && typed !== '' && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

/** The images of the run against those of the actor at present: `21 images as trained: 2 fewer than now`. */
function describeImages(images: readonly string[], uris: readonly string[]): string {
  const [trained, present] = [new Set(images), new Set(uris)];
  const added = uris.filter((uri) => !trained.has(uri)).length;
  const removed = images.filter((uri) => !present.has(uri)).length;
  const parts = [
    ...(added > 0 ? [`${added} added since`] : []),
    ...(removed > 0 ? [`${removed} removed since`] : []),
  ];
  return `${images.length} images as trained: ${parts.join(', ')}`;
}
