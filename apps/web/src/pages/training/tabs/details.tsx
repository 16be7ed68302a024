import { CopyButton } from '../../../parts/console/copy-button.tsx';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import type { TrainingProps } from '../facts/queries.ts';
import styles from './tabs.module.css';

/** Number of characters of the short id that tables of the command line show. */
const SHORT_ID_LENGTH = 8;

/** The ids of a training, each named and with Copy. */
export function Details({ training, subject }: TrainingProps) {
  const { id, runpod_job_id: runId, model, retry_of: retryOf, batch_id: batchId } = training;
  const rows = [
    [subject.kind === 'actor' ? 'Actor id' : 'Style id', subject.id],
    ['Training id', id],
    ['Short id', id.slice(-SHORT_ID_LENGTH)],
    ['RunPod run id', runId],
    ['Retry of', retryOf],
    ['Auto-train run', batchId],
    [model?.verified === false ? 'Model address, not verified' : 'Model address', model?.lora_url ?? null],
    ['SHA-256 of the model', model?.sha256 ?? null],
  ] as const;
  return (
    <section className={styles.card} aria-labelledby="details">
      <h2 id="details">Details</h2>
      <dl className={styles.list}>
        {rows.map(([name, value]) =>
          value === null ? null : (
            <div key={name} className={styles.detail}>
              <dt>{name}</dt>
              <dd>
                <code>{toVisibleText(value)}</code>
                <CopyButton text={value} what={name} />
              </dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
