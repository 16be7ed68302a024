import type { Connection } from '@trainyard/client';
import { wrapText } from '@trainyard/client/report';
import type { AutoTrainProgressView, AutoTrainRunView } from '@trainyard/contracts';
import { followAutoTrainRun } from '../../report/auto-train-run.ts';
import { hasEnded } from '../../report/training-lines.ts';
import type { Context } from '../../terminal/context.ts';
import { EXIT, type ExitCode } from '../../terminal/exit.ts';

type Run = Pick<AutoTrainRunView, 'id' | 'enqueued'>;

/**
 * Follows a run to its end.
 * @returns `EXIT.unsuccessful` unless every training completed; `EXIT.interrupted` after Ctrl-C, which ends only the watch
 */
export function watchRun(
  { output, screen, interruptible }: Context,
  server: Connection,
  run: Run,
): Promise<ExitCode> {
  return interruptible(async (signal) => {
    let last: AutoTrainProgressView | undefined;
    const observe = (progress: AutoTrainProgressView): readonly string[] => {
      last = progress;
      return [];
    };
    try {
      const progress = await followAutoTrainRun(server, run, output, { signal, screen, observe });
      output.writeResult({ ...run, progress }, []);
      return progress.summary.successful === progress.summary.processed ? EXIT.ok : EXIT.unsuccessful;
    } catch (error) {
      if (!signal.aborted) throw error;
      for (const line of interruptedLines(run.id ?? '', last)) output.writeError(line);
      return EXIT.interrupted;
    }
  });
}

/** The paid runs go on after the watch; the lines name them and the commands that stop them. */
function interruptedLines(id: string, last: AutoTrainProgressView | undefined): readonly string[] {
  const live = last?.trainings.filter((each) => !hasEnded(each)) ?? [];
  const queued = live.filter(({ status }) => status === 'queued').length;
  const rest = [
    ...(live.length > queued ? [`${live.length - queued} at RunPod, paid until they end`] : []),
    ...(queued > 0 ? [`${queued} queued, which will start`] : []),
  ].join('; ');
  return [
    '',
    ...wrapText(`The watch has ended. Its trainings go on${rest === '' ? '' : `: ${rest}`}.`),
    `  Watch them again:  npx trainyard runs show ${id} --watch`,
    `  Stop all of them:  npx trainyard runs cancel ${id}`,
    `  Only the queued:   npx trainyard runs cancel ${id} --keep-running`,
  ];
}
