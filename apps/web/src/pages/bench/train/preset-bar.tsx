import type { HyperparametersView, PreviewView } from '@trainyard/contracts';
import { lazy, Suspense, useId, useState } from 'react';
import { Button } from '../../../parts/controls/button.tsx';
import { showToast } from '../../../parts/messages/toast.tsx';
import type { Edits } from '../form/edits.ts';
import type { TrainForm } from '../form/use-train-form.ts';
import { formatValue } from '../form/values.ts';
import styles from './train.module.css';

const Guidelines = lazy(async () => ({ default: (await import('./guidelines.tsx')).Guidelines }));

/** Preset and policy of the form, the guidelines, and the way back to the recommended values. */
export function PresetBar({ train, preview }: { readonly train: TrainForm; readonly preview: PreviewView }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const policies = train.form?.policies ?? [];
  const range = findRow(policies, preview)?.images;
  const setPolicy = (name: string): void =>
    train.change(({ policy: _, ...edits }) => (name === '' ? edits : { ...edits, policy: name }));
  return (
    <div className={styles.preset}>
      <div>
        <h2>{preview.preset === null ? `Policy ${preview.policy}` : `Preset ${preview.preset}`}</h2>
        <p className="muted small">{range}</p>
      </div>
      <div className={styles.policy}>
        <label htmlFor={id} className="visually-hidden">
          Policy
        </label>
        <select id={id} value={train.edits.policy ?? ''} onChange={(event) => setPolicy(event.target.value)}>
          <option value="">{train.form?.defaults.actor} (default)</option>
          {policies
            .filter(({ name }) => name !== train.form?.defaults.actor || train.edits.policy === name)
            .map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </select>
      </div>
      <div className={styles.presetActions}>
        <Button onClick={() => setOpen(true)}>Guidelines</Button>
        <Button onClick={() => readjust(train, preview)}>Re-adjust</Button>
      </div>
      {isOpen && (
        <Suspense fallback={null}>
          <Guidelines train={train} preview={preview} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

function findRow(policies: HyperparametersView['policies'], { policy, preset, images }: PreviewView) {
  const rows = policies.find(({ name }) => name === policy)?.rows ?? [];
  const fitting = rows.filter(({ kind }) => kind === null || kind === 'actor');
  if (preset !== null) return fitting.find(({ name }) => name === preset);
  const count = images.length;
  return fitting.find(
    ({ min_images: min, max_images: max }) => count >= min && (max === null || count <= max),
  );
}

/** The core values in the toast about re-adjusted parameters. */
const TOAST_FIELDS = [
  'max_train_steps',
  'learning_rate',
  'lr_scheduler',
  'network_dim',
  'network_alpha',
  'num_repeats',
  'lr_warmup_steps',
] as const;

/** Takes back all edited parameters, and names the recommended values and what changed. */
function readjust({ form, edits, change }: TrainForm, preview: PreviewView): void {
  const label = (name: string): string => form?.fields.find((field) => field.name === name)?.label ?? name;
  const value = (name: string): string => formatValue(preview.recommended[name] ?? '');
  const values = TOAST_FIELDS.map((name) => `${label(name)} ${value(name)}`).join(', ');
  const changed = Object.entries(edits.values)
    .filter(([, typed]) => typed !== '')
    .map(([name, typed]) => `${label(name)} was ${formatValue(typed)}`);
  const title = preview.preset === null ? `Policy ${preview.policy}` : `Preset ${preview.preset}`;
  const images = `${preview.images.length} image${preview.images.length === 1 ? '' : 's'}`;
  const text = `${title} applied for ${images}: ${values}. ${changed.length === 0 ? 'No value was edited.' : `${changed.join(', ')}.`}`;
  const before: Edits = edits;
  change((known) => ({ ...known, values: {} }));
  showToast(text, changed.length === 0 ? undefined : { label: 'Undo', run: () => change(() => before) });
}
