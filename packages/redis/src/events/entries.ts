import type { EventRecord, FeedEntry } from '@trainyard/application';

/** An entry of the stream as Redis gives it. */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

const STREAM_START = '0-0';

function getField(fields: readonly string[], name: string): string | undefined {
  const at = fields.findIndex((each, index) => index % 2 === 0 && each === name);
  return at === -1 ? undefined : fields[at + 1];
}

/** What an entry tells; undefined for what another version of the program may have written. */
export function parseFeedEntry([position, fields]: StreamEntry): FeedEntry | undefined {
  const trainingId = getField(fields, 'id');
  const event = getField(fields, 'event');
  if (trainingId !== undefined && event !== undefined)
    return { kind: 'training', position, trainingId, event: JSON.parse(event) as EventRecord };
  const batchId = getField(fields, 'batch');
  if (batchId !== undefined) return { kind: 'batch', position, batchId };
  return getField(fields, 'dispatch') === undefined ? undefined : { kind: 'dispatch', position };
}

/** What XINFO STREAM says of it. */
export interface StreamBounds {
  readonly length: number;
  readonly added: number;
  readonly last: string;
}

/** Reads the answer of XINFO STREAM; undefined stands for a stream that is not there yet. */
export function parseStreamBounds(answer: readonly unknown[] | undefined): StreamBounds {
  const getValue = (name: string): unknown => answer?.[answer.indexOf(name) + 1];
  return answer
    ? {
        length: Number(getValue('length')),
        added: Number(getValue('entries-added')),
        last: String(getValue('last-generated-id')),
      }
    : { length: 0, added: 0, last: STREAM_START };
}

/** Nothing was ever cut off, so that even the beginning can be told. */
export function isCompleteFromStart(position: string, { length, added }: StreamBounds): boolean {
  return position === STREAM_START && length === added;
}
