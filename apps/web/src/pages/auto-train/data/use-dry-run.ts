import { useMutation, useQueryClient } from '@tanstack/react-query';
import { dryRunLines, enqueuedLines, headingLines, listSelection } from '@trainyard/client/report';
import { useState } from 'react';
import { showToast } from '../../../parts/messages/toast.tsx';
import { formatTrainings, planRun, type RunOrder } from '../../../parts/start-run/plan.ts';
import { createPlanQuery } from './queries.ts';

/** A dry run on request, and the lines of its report. */
export interface DryRun {
  readonly run: () => void;
  readonly isBusy: boolean;
  readonly error: Error | null;
  /** The lines of the last dry run; undefined until one ran, and after {@link DryRun.clear}. */
  readonly lines: readonly string[] | undefined;
  readonly clear: () => void;
}

/** Plans a run on request and keeps the lines of the former script for the console. The run saves nothing. */
export function useDryRun(order: RunOrder | undefined): DryRun {
  const client = useQueryClient();
  const [lines, setLines] = useState<readonly string[]>();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (wanted: RunOrder) => planRun(wanted),
    onSuccess: (plan, wanted) => {
      client.setQueryData(createPlanQuery(wanted).queryKey, plan);
      setLines([...headingLines(), ...listSelection(plan), ...enqueuedLines(plan), ...dryRunLines(plan)]);
      showToast(`Dry run: ${formatTrainings(plan.enqueued.length)} would start. Nothing was enqueued.`);
      void client.invalidateQueries({ queryKey: ['auto-train', 'candidates'] });
    },
  });
  return {
    run: () => order && mutate(order),
    isBusy: isPending,
    error,
    lines,
    clear: () => setLines(undefined),
  };
}
