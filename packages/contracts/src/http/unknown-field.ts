import { distance } from 'fastest-levenshtein';

/** Names that people use for a field, with the names here; the first name that the object has is suggested. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  ...nameAll(['steps', 'max_steps', 'num_steps', 'max_train_steps'], ['hyperparameters.max_train_steps']),
  ...nameAll(['lr', 'learning_rate'], ['hyperparameters.learning_rate']),
  ...nameAll(['rank', 'dim', 'network_rank', 'network_dim'], ['hyperparameters.network_dim']),
  ...nameAll(['alpha', 'network_alpha'], ['hyperparameters.network_alpha']),
  ...nameAll(['repeats', 'num_repeats'], ['hyperparameters.num_repeats']),
  ...nameAll(['batch', 'batch_size'], ['hyperparameters.batch_size']),
  ...nameAll(['id', 'actor', 'actor_id', 'style', 'style_id', 'subject'], ['subject_id', 'actor_ids']),
  ...nameAll(['urls', 's3_urls', 'image_urls', 'image'], ['images']),
  ...nameAll(['prompt', 'prompts', 'samples'], ['sample_prompts']),
  ...nameAll(['version', 'name'], ['version_name', 'version_id']),
  ...nameAll(['webhook', 'callback', 'webhook_url'], ['notify_url']),
  ...nameAll(['concurrency', 'slots', 'bound', 'max_workers'], ['max_concurrency']),
  ...nameAll(['mode', 'type', 'training_type'], ['kind']),
  ...nameAll(['token', 'trigger_word', 'class_tokens'], ['trigger']),
  ...nameAll(['timezone', 'time_zone'], ['tz']),
};

function nameAll(names: readonly string[], targets: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, targets]));
}

/** Describes an unknown field, with the known field that was probably meant. */
export function describeUnknownField(name: string, known: readonly string[]): string {
  const similar = findMeant(name, known);
  return `unknown field ${name}${similar === undefined ? '' : `; did you mean ${similar}?`}`;
}

function findMeant(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const synonyms = Object.hasOwn(SYNONYMS, lower) ? (SYNONYMS[lower] ?? []) : [];
  const isKnown = (each: string): boolean => known.includes(each.split('.')[0] ?? each);
  return synonyms.find(isKnown) ?? findClosest(lower.replaceAll('-', '_'), known);
}

/** The name with the smallest distance, at most a third of the length; else a name that begins with the text. */
export function findClosest(text: string, names: readonly string[]): string | undefined {
  const maxDistance = Math.max(1, Math.floor(text.length / 3));
  const measured = names.map((name) => ({ name, distance: distance(text, name.toLowerCase()) }));
  const [closest] = measured.toSorted((a, b) => a.distance - b.distance);
  if (closest !== undefined && closest.distance <= maxDistance) return closest.name;
  return names.find((name) => text.length >= 3 && name.startsWith(`${text}_`));
}
