import type { PreviewView } from '@trainyard/contracts';
import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { Button } from '../../../parts/controls/button.tsx';
import type { Edits } from '../form/edits.ts';
import type { TrainForm } from '../form/use-train-form.ts';
import fieldStyles from './field.module.css';
import { FieldFrame } from './field-frame.tsx';
import styles from './train.module.css';

/** Properties of the fields of the request. */
export interface RequestFieldsProps {
  readonly train: TrainForm;
  readonly preview: PreviewView;
}

type TextName = 'trigger' | 'version' | 'notes' | 'budget';

function withText(edits: Edits, name: TextName, text: string, recommended = ''): Edits {
  const { [name]: _, ...others } = edits;
  return text === recommended ? others : { ...others, [name]: text };
}

/** Trigger and version name of the request. */
export function NameFields({ train, preview }: RequestFieldsProps) {
  const ids = { trigger: 'field-trigger', version: 'field-version_name' };
  const { edits, issues, change } = train;
  return (
    <>
      <FieldFrame
        id={ids.trigger}
        label="Trigger"
        hint={toTriggerHint(preview)}
        issue={issues.get('trigger')}
        mark={edits.trigger !== undefined && <span className={fieldStyles.mark}>edited</span>}
      >
        <input
          id={ids.trigger}
          aria-describedby={`${ids.trigger}-hint`}
          value={edits.trigger ?? preview.trigger}
          onChange={(event) => change((known) => ({ ...known, trigger: event.target.value }))}
          onBlur={() => edits.trigger?.trim() === '' && change((known) => withText(known, 'trigger', ''))}
        />
      </FieldFrame>
      <FieldFrame
        id={ids.version}
        label="Version"
        hint={edits.version === undefined ? 'next free name' : 'a name of your own'}
        issue={issues.get('version_name')}
      >
        <input
          id={ids.version}
          aria-describedby={`${ids.version}-hint`}
          aria-invalid={issues.has('version_name') || undefined}
          value={edits.version ?? preview.version_name}
          onChange={(event) => change((known) => ({ ...known, version: event.target.value }))}
          onBlur={() => edits.version?.trim() === '' && change((known) => withText(known, 'version', ''))}
        />
      </FieldFrame>
    </>
  );
}

/** Whether the captions hold the trigger, as its check states. */
function toTriggerHint({ checks }: PreviewView): string {
  return checks.find(({ code }) => code === 'trigger')?.message ?? '';
}

/** Sample pictures with their prompts, notes, and the budget of this training. */
export function OptionFields({ train, preview }: RequestFieldsProps) {
  return (
    <>
      <PictureFields train={train} preview={preview} />
      <NotesAndBudget train={train} />
    </>
  );
}

function PictureFields({ train, preview }: RequestFieldsProps) {
  const id = useId();
  const { edits, change, issues } = train;
  return (
    <fieldset className={styles.pictures}>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={edits.pictures}
          aria-describedby={id}
          onChange={(event) => change((known) => ({ ...known, pictures: event.target.checked }))}
        />
        Sample pictures
      </label>
      <p id={id} className="faint small">
        One picture per prompt at the end of the run; they need GPU memory, and their time is in the estimate.
      </p>
      {edits.pictures && <Prompts train={train} preview={preview} />}
      {issues.has('sample_prompts') && <p className={fieldStyles.issue}>{issues.get('sample_prompts')}</p>}
    </fieldset>
  );
}

function Prompts({ train: { edits, change }, preview }: RequestFieldsProps) {
  const prompts = edits.prompts ?? [preview.trigger];
  const setPrompts = (next: readonly string[]): void => change((known) => ({ ...known, prompts: next }));
  return (
    <ol className={styles.prompts}>
      {prompts.map((prompt, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: prompts are edited in place and have no id
        <li key={index}>
          <input
            aria-label={`Prompt ${index + 1}`}
            value={prompt}
            onChange={(event) => setPrompts(prompts.with(index, event.target.value))}
          />
          {prompts.length > 1 && (
            <Button
              kind="quiet"
              label={`Remove prompt ${index + 1}`}
              onClick={() => setPrompts(prompts.toSpliced(index, 1))}
            >
              <X size={16} aria-hidden />
            </Button>
          )}
        </li>
      ))}
      <li>
        <Button kind="quiet" onClick={() => setPrompts([...prompts, `${preview.trigger}, `])}>
          <Plus size={16} aria-hidden /> Add a prompt
        </Button>
      </li>
    </ol>
  );
}

function NotesAndBudget({ train }: Pick<RequestFieldsProps, 'train'>) {
  const id = 'field-description';
  const { edits, change, issues } = train;
  return (
    <div className={styles.fields}>
      <FieldFrame id={id} label="Notes" issue={issues.get('description')} isWide>
        <textarea
          id={id}
          rows={2}
          placeholder="What this version tries"
          value={edits.notes ?? ''}
          onChange={(event) => change((known) => withText(known, 'notes', event.target.value))}
        />
      </FieldFrame>
      <BudgetFields train={train} />
    </div>
  );
}

function BudgetFields({ train: { edits, change, issues } }: Pick<RequestFieldsProps, 'train'>) {
  const ids = { budget: 'field-budget_usd', full: useId() };
  return (
    <>
      <FieldFrame
        id={ids.budget}
        label="Budget of this training, $"
        hint="of all its attempts; empty: no limit"
        issue={issues.get('budget_usd')}
      >
        <input
          id={ids.budget}
          type="number"
          inputMode="decimal"
          step="any"
          min={0}
          aria-describedby={`${ids.budget}-hint`}
          aria-invalid={issues.has('budget_usd') || undefined}
          value={edits.budget ?? ''}
          onChange={(event) => change((known) => withText(known, 'budget', event.target.value))}
        />
      </FieldFrame>
      {edits.budget !== undefined && (
        <FieldFrame id={ids.full} label="When it is too small">
          <select
            id={ids.full}
            value={edits.onBudget ?? 'hold'}
            onChange={({ target }) =>
              change((known) => ({ ...known, onBudget: target.value === 'reject' ? 'reject' : 'hold' }))
            }
          >
            <option value="hold">wait in the queue</option>
            <option value="reject">refuse the start</option>
          </select>
        </FieldFrame>
      )}
    </>
  );
}
