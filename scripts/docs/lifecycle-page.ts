import {
  SLOT_STATUSES,
  TERMINAL_STATUSES,
  TRAINING_EVENT_TYPES,
  TRAINING_STATUSES,
  type TrainingEventType,
  type TrainingStatus,
  toCoarseStatus,
} from '../../packages/domain/src/index.ts';
import { type Exploration, exploreLifecycle, type Transitions } from './lifecycle-exploration.ts';
import { EVENT_LABELS, STATE_DESCRIPTIONS } from './lifecycle-labels.ts';

const slots: ReadonlySet<TrainingStatus> = new Set(SLOT_STATUSES);
const terminal: ReadonlySet<TrainingStatus> = new Set(TERMINAL_STATUSES);
/** The lifecycle as a page: seen by living every life that the table allows, so it cannot tell another story. */
export function lifecyclePage(): string {
  const explored = exploreLifecycle();
  return `# Lifecycle

Written by \`npm run docs\` from \`packages/domain/src/training/table.ts\`; a test holds the two together. To change the
lifecycle, change the table.

${toChart(explored.transitions)}

Yellow states hold a slot: a run may live at the provider. Every state can carry the mark \`needs_attention\`.

## States

${statesTable(explored)}

What is owed is derived from the state alone and safe to do twice; the sweep asks the same question again, so a crash
between saving and acting loses nothing.

## Every event in every state

\`→\` the states it can lead to, \`↻\` it changes the training within its state, \`·\` it changes nothing. News of another
attempt or another run than the current one changes nothing in any state.

${eventsTable(explored.transitions)}
`;
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [toRow(head), toRow(head.map(() => '---')), ...rows.map(toRow)].join('\n');
}

function compareStatuses(a: TrainingStatus, b: TrainingStatus): number {
  return TRAINING_STATUSES.indexOf(a) - TRAINING_STATUSES.indexOf(b);
}

function listTargets(
  moves: Transitions,
  from: TrainingStatus,
  event: TrainingEventType,
): readonly TrainingStatus[] {
  return [...(moves.get(from)?.get(event) ?? [])].filter((to) => to !== 'same').sort(compareStatuses);
}

function toCell(moves: Transitions, from: TrainingStatus, event: TrainingEventType): string {
  const unchanged = moves.get(from)?.get(event)?.has('same') ? ['↻'] : [];
  return [...unchanged, ...listTargets(moves, from, event).map((to) => `→ ${to}`)].join('<br>') || '·';
}

function toEdges(moves: Transitions, from: TrainingStatus): readonly string[] {
  const targetStatuses = [
    ...new Set(TRAINING_EVENT_TYPES.flatMap((event) => listTargets(moves, from, event))),
  ];
  return targetStatuses.sort(compareStatuses).map((to) => {
    const events = TRAINING_EVENT_TYPES.filter((event) => listTargets(moves, from, event).includes(to));
    return `  ${from} --> ${to}: ${events.map((event) => EVENT_LABELS[event]).join(' / ')}`;
  });
}

function toChart(moves: Transitions): string {
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> queued: accepted',
    ...TRAINING_STATUSES.flatMap((from) => toEdges(moves, from)),
    ...TERMINAL_STATUSES.map((end) => `  ${end} --> [*]`),
    '  classDef slot fill:#fde68a,color:#000',
    ...SLOT_STATUSES.map((status) => `  class ${status} slot`),
    '```',
  ].join('\n');
}

function statesTable({ obligationKinds }: Exploration): string {
  return toTable(
    ['State', 'Slot', 'End', 'Seeds’ word', 'Means', 'Who moves a training out of it', 'Is owed'],
    TRAINING_STATUSES.map((status) => [
      `\`${status}\``,
      slots.has(status) ? 'holds' : '',
      terminal.has(status) ? 'terminal' : '',
      toCoarseStatus(status),
      STATE_DESCRIPTIONS[status].meaning,
      STATE_DESCRIPTIONS[status].exit,
      [...(obligationKinds.get(status) ?? [])]
        .sort()
        .map((kind) => `\`${kind}\``)
        .join(', '),
    ]),
  );
}

function eventsTable(moves: Transitions): string {
  return toTable(
    ['Event', ...TRAINING_STATUSES],
    TRAINING_EVENT_TYPES.map((event) => [
      `\`${event}\``,
      ...TRAINING_STATUSES.map((from) => toCell(moves, from, event)),
    ]),
  );
}
