const HIDDEN = '[redacted]';
/** Fields whose value is never logged, whatever it is: keys, tokens and what is sent to the container. */
const SECRET_FIELD =
  /^(input|webhook|webhook_?url|authorization|cookie|password|.*(secret|api_?keys?|access_?key|token))$/i;
const TOKEN_IN_URL = /([?&](?:token|X-Amz-[A-Za-z-]+)=)[^&\s"']+/gi;
const PASSWORD_IN_URL = /(\w+:\/\/[^/\s:@]*:)[^@\s/]+@/g;
const MAX_DEPTH = 6;

/**
 * The fields of an event without secrets: known secrets wherever they stand, tokens and passwords in addresses, and
 * fields that are secret by their name. Errors become name, code, message and cause.
 */
export function redact(
  fields: Readonly<Record<string, unknown>>,
  secrets: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return redactValue(
    fields,
    secrets.filter((secret) => secret.length >= 4),
    0,
  ) as Readonly<Record<string, unknown>>;
}

function redactText(text: string, secrets: readonly string[]): string {
  const cleaned = text.replace(TOKEN_IN_URL, `$1${HIDDEN}`).replace(PASSWORD_IN_URL, `$1${HIDDEN}@`);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), cleaned);
}

function toErrorFields(error: Error): Readonly<Record<string, unknown>> {
  return {
    name: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    ...(error.cause !== undefined && { cause: error.cause }),
  };
}

function redactValue(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return redactText(value, secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((each) => redactValue(each, secrets, depth + 1));
  const fields = value instanceof Error ? toErrorFields(value) : value;
  const entries = Object.entries(fields).map(([name, each]) => [
    name,
    SECRET_FIELD.test(name) && each !== undefined ? HIDDEN : redactValue(each, secrets, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
