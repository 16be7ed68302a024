import { useQuery } from '@tanstack/react-query';
import { eventLines } from '@trainyard/client/report';
import { getServerNow } from '../../../api/clock.ts';
import { Console, type ConsoleLine } from '../../../parts/console/console.tsx';
import { Button } from '../../../parts/controls/button.tsx';
import { Panel } from '../../../parts/messages/panel.tsx';
import { createRunEventsQuery } from '../data/queries.ts';
import styles from './runs.module.css';

const TITLE = 'Auto Train Actors: console';

/** A running training has a line every 15 min; the lines are composed anew this often. */
const REPEAT_MS = 60_000;

/** Lines of the former script about a run: the same after a reload, and new ones as its events arrive. */
export function RunConsole({ id }: { readonly id: string }) {
  const query = useQuery({ ...createRunEventsQuery(id), refetchInterval: REPEAT_MS });
  return (
    <Panel query={query} height="20rem">
      {({ events }) => (
        <Console
          title={TITLE}
          lines={toConsoleLines(eventLines(events, getServerNow()).map(({ text }) => text))}
          fileName={`auto-train-${id}.txt`}
        />
      )}
    </Panel>
  );
}

/** Properties of the console of a dry run. */
export interface DryRunConsoleProps {
  readonly lines: readonly string[];
  readonly onClose: () => void;
}

/** Lines of a dry run, in place of those of a run until they are closed. */
export function DryRunConsole({ lines, onClose }: DryRunConsoleProps) {
  return (
    <div className={styles.dry}>
      <Console
        title="Auto Train Actors: console of the dry run"
        lines={toConsoleLines(lines)}
        fileName="auto-train-dry-run.txt"
      />
      <Button onClick={onClose}>Close the dry run</Button>
    </div>
  );
}

function toConsoleLines(texts: readonly string[]): readonly ConsoleLine[] {
  return texts.map((text, at) => ({ id: String(at), text, tone: findTone(text) }));
}

/** The tone of a line by the mark of the former script. */
function findTone(text: string): NonNullable<ConsoleLine['tone']> {
  if (text.includes('✓')) return 'ok';
  if (text.includes('⚠️')) return 'warn';
  if (text.includes('✗ Skipped')) return 'muted';
  if (text.includes('✗')) return 'danger';
  if (text.includes('Status:')) return 'accent';
  return 'info';
}
