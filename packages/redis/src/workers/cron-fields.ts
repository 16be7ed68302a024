import { CronExpressionParser } from 'cron-parser';

/** A field of a cron expression: its name, its bounds, and the names of its values. */
interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly CronField[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of week', min: 0, max: 7, words: WEEKDAYS },
];

/**
 * Finds the first fault of a cron expression of five fields and describes it in words, for example `hour is 25; it must be
 * 0–23`; undefined for fields that are valid each by itself. Pure.
 */
export function findFieldFault(cron: string): string | undefined {
  const texts = cron.trim().split(/\s+/);
  for (const [at, field] of FIELDS.entries()) {
    const fault = describeField(field, texts[at] ?? '', at);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function describeField(field: CronField, text: string, at: number): string | undefined {
  const { name, min, max } = field;
  const numbers = text.split(',').flatMap((part) => (part.split('/')[0] ?? '').split('-'));
  const tooLarge = numbers.find((part) => /^\d+$/.test(part) && (Number(part) < min || Number(part) > max));
  if (tooLarge !== undefined) return `${name} is ${tooLarge}; it must be ${min}–${max}`;
  const step = text
    .split(',')
    .map((part) => part.split('/')[1])
    .find((each) => each === '0');
  if (step !== undefined) return `${name} has the step 0 in ${text}; a step is 1 or more`;
  const reversed = text.split(',').find(isReversed);
  if (reversed !== undefined) return `${name} has the range ${reversed}, which ends before it starts`;
  return parsesAlone(text, at) ? undefined : `${name} is ${text}; it must be ${describeForms(field)}`;
}

function isReversed(part: string): boolean {
  const [from = '', to = ''] = (part.split('/')[0] ?? '').split('-');
  return /^\d+$/.test(from) && /^\d+$/.test(to) && Number(from) > Number(to);
}

function describeForms({ min, max, words }: CronField): string {
  const names = words ? ` or a name such as ${words[1]}` : '';
  return `*, a number ${min}–${max}${names}, a list such as 1,3, a range such as 1-5, or a step such as */2`;
}

/** Whether the library accepts the field while all other fields match always. */
function parsesAlone(text: string, at: number): boolean {
  const fields = FIELDS.map((_, index) => (index === at ? text : '*'));
  try {
    CronExpressionParser.parse(fields.join(' '), { tz: 'UTC' });
    return true;
  } catch {
    return false;
  }
}
