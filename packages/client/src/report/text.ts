import type { TrainingView } from '@trainyard/contracts';
import { formatUsd } from '@trainyard/domain';

/** Width of texts that are longer than a line. */
const TEXT_WIDTH = 79;

/** Breaks a text between words into lines of at most 79 columns. */
export function wrapText(text: string, width = TEXT_WIDTH): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines.splice(-1, 1, `${line} ${word}`);
    else lines.push(word);
  }
  return lines;
}

/** The time zone of the reader (`TZ`, else that of the machine). */
export function getOwnZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Formats a time as `Tue 1 Dec 22:00` in a zone. @param at epoch ms */
export function formatInZone(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return format.format(at).replaceAll(',', '');
}

/** Formats the clock time of a moment in the zone of the reader, with its day unless that is today: `16:30`. */
export function formatClock(iso: string, now = Date.now(), ownZone = getOwnZone()): string {
  const [day, today] = [Date.parse(iso), now].map((ms) => formatInZone(ms, ownZone));
  const [text = '', before = ''] = [day, today];
  const clock = text.slice(-5);
  return text.slice(0, -5) === before.slice(0, -5) ? clock : text;
}

/** The address of the model; a warning follows an address that Trainyard could not verify. */
export function formatModel({ model }: Pick<TrainingView, 'model'>): string | undefined {
  return model?.verified === false ? `${model.lora_url} (not verified)` : model?.lora_url;
}

/** Formats known and assumed costs; undefined without any cost. */
export function formatCost(
  costs: Pick<TrainingView, 'cost_usd' | 'cost_assumed_usd' | 'cost_unknown_runs'>,
): string | undefined {
  const { cost_usd: knownUsd, cost_assumed_usd: assumedUsd, cost_unknown_runs: unknownRuns } = costs;
  const parts = [
    ...(knownUsd === null ? [] : [formatUsd(knownUsd)]),
    ...(unknownRuns === 0
      ? []
      : [`${unknownRuns} runs of unknown cost${assumedUsd > 0 ? `, about ${formatUsd(assumedUsd)}` : ''}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}
