import { defaultTrigger } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import {
  CorruptDocumentError,
  ObjectStoreError,
  TriggerRequiredError,
  TriggerUnreadableError,
} from '../errors.ts';
import type { TrainCommand } from './command.ts';

/**
 * The trigger of the command or of its own workflow, else the name of the actor in the catalogue or `style_<id>`. A
 * trigger is never guessed: it would be trained into the model. Throws TriggerUnreadableError and TriggerRequiredError.
 */
export async function resolveTrigger(
  { catalogue, workflows }: Pick<Deps, 'catalogue' | 'workflows'>,
  { subject, trigger, workflow }: Pick<TrainCommand, 'subject' | 'trigger' | 'workflow'>,
): Promise<string> {
  const given = trigger?.trim() || (workflow === undefined ? undefined : workflows.findTrigger(workflow));
  if (given) return given;
  if (subject.kind === 'style') return defaultTrigger(subject, subject.id);
  const actor = await catalogue.findActor(subject.id).catch((error: unknown) => {
    if (!isUnreadableCatalogue(error)) throw error;
    throw new TriggerUnreadableError(subject, error);
  });
  if (!actor) throw new TriggerRequiredError(subject);
  return defaultTrigger(subject, actor.name);
}

function isUnreadableCatalogue(error: unknown): error is ObjectStoreError | CorruptDocumentError {
  return error instanceof ObjectStoreError || error instanceof CorruptDocumentError;
}
