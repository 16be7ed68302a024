import { useQuery } from '@tanstack/react-query';
import type { HyperparametersView, PreviewView, TrainingRequestBody } from '@trainyard/contracts';
import { useMemo } from 'react';
import { ProblemError } from '../../../api/http/problem.ts';
import { type Edits, isSameValue, toRequestBody, withoutEqualValues, withValue } from './edits.ts';
import { hyperparametersQuery } from './queries.ts';
import { useEdits } from './use-edits.ts';
import { type FormPreview, usePreview } from './use-preview.ts';

/** Images of the request when some are left out; undefined for all images of the actor. */
export type ChosenImages = readonly string[] | undefined;

/** The form of a training: fields, edits, and the preview of the request. */
export interface TrainForm extends FormPreview {
  readonly actorId: string;
  readonly form: HyperparametersView | undefined;
  readonly formError: Error | null;
  readonly edits: Edits;
  readonly body: TrainingRequestBody | undefined;
  /** Faults of single fields by path, such as `hyperparameters.network_dim` or `trigger`. */
  readonly issues: ReadonlyMap<string, string>;
  readonly change: (change: (edits: Edits) => Edits) => void;
  readonly setValue: (name: string, value: string | boolean | undefined) => void;
  /** Takes back edits that equal the value without them. */
  readonly settle: () => void;
}

/** Opens the form of an actor. */
export function useTrainForm(actorId: string, images: ChosenImages): TrainForm {
  const { data: form, error: formError } = useQuery(hyperparametersQuery);
  const [edits, change] = useEdits(actorId);
  const body = useMemo(() => {
    if (!form) return undefined;
    const request = toRequestBody(actorId, edits, form.fields);
    return images ? { ...request, images: [...images] } : request;
  }, [actorId, edits, form, images]);
  const preview = usePreview(body);
  const issues = useMemo(() => readIssues(preview.error, form), [preview.error, form]);
  const setValue = (name: string, value: string | boolean | undefined): void =>
    change((known) => withValue(known, name, value));
  return {
    ...preview,
    ...{ actorId, form, formError, edits, body, issues, change, setValue },
    settle: () =>
      preview.preview && change((known) => withoutEqualValues(known, toBaseline(preview.preview))),
  };
}

function toBaseline(preview: PreviewView | undefined): PreviewView['baseline'] {
  return preview?.baseline ?? {};
}

/** The typed value of a field, unless it equals the value without the edit. */
export function getTyped({ edits, preview }: TrainForm, name: string): string | boolean | undefined {
  const typed = edits.values[name];
  if (typed === undefined || typed === '') return typed;
  return isSameValue(typed, preview?.baseline[name]) ? undefined : typed;
}

const PATH_BY_CODE: Readonly<Record<string, string>> = { version_name_taken: 'version_name' };

function readIssues(error: Error | null, form: HyperparametersView | undefined): ReadonlyMap<string, string> {
  if (!(error instanceof ProblemError)) return new Map();
  const { code, detail, issues = [] } = error.problem;
  const path = PATH_BY_CODE[code];
  return new Map([
    ...issues.map((issue) => [issue.path, nameFields(issue.message, form)] as const),
    ...(path === undefined ? [] : [[path, detail] as const]),
  ]);
}

/** Replaces the names of hyperparameters in a message of the API by the labels of their fields. */
export function nameFields(message: string, form: HyperparametersView | undefined): string {
  const labels = new Map(form?.fields.map(({ name, label }) => [name, label]));
  return message.replaceAll(/[a-z][a-z0-9]*(?:_[a-z0-9]+)+/g, (name) => labels.get(name) ?? name);
}
