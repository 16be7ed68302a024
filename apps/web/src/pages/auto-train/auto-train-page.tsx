import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { AutoTrainRunView } from '@trainyard/contracts';
import { useState } from 'react';
import { useScope } from '../../api/resources/access.ts';
import { Panel } from '../../parts/messages/panel.tsx';
import { showToast } from '../../parts/messages/toast.tsx';
import { LostStart } from '../../parts/start-run/lost-start.tsx';
import { formatTrainings } from '../../parts/start-run/plan.ts';
import { StartQuestion } from '../../parts/start-run/start-question.tsx';
import styles from './auto-train.module.css';
import { CandidateList } from './candidate-list.tsx';
import { createCandidatesQuery, createPlanQuery } from './data/queries.ts';
import { useDryRun } from './data/use-dry-run.ts';
import { PlanFields } from './plan-fields.tsx';
import { parsePrompts, readStoredPrompts, toRunOrder } from './plan-order.ts';
import { PlanSummary } from './plan-summary.tsx';
import { ReasonFilters } from './reason-filters.tsx';
import { RunSection } from './runs/run-section.tsx';
import { PlanSentence } from './sentence.tsx';

const route = getRouteApi('/shell/auto-train');

/** Auto-train: plans, starts and follows trainings of all qualifying actors. */
export function AutoTrainPage() {
  const navigate = route.useNavigate();
  const [isAsking, setAsking] = useState(false);
  const form = usePlanForm();
  const { candidates, plan, order, dry, mayWrite, picked } = form;
  const openRun = ({ id, enqueued }: AutoTrainRunView): void => {
    setAsking(false);
    form.setPicked(undefined);
    dry.clear();
    showToast(`${formatTrainings(enqueued.length)} enqueued`, {
      label: 'Show the run',
      run: () => document.getElementById(`run-${id}`)?.scrollIntoView({ block: 'center' }),
    });
    void navigate({ search: (before) => ({ ...before, run: id ?? undefined }), resetScroll: false });
  };
  return (
    <>
      <PlanSentence candidates={candidates.data} plan={mayWrite && order ? plan.data : undefined} />
      <LostStart onStarted={openRun} />
      <div className={styles.columns}>
        <PlanColumn form={form} />
        <PlanSummary
          plan={plan}
          isPlanned={mayWrite}
          unavailable={picked?.size === 0 ? 'No actor is chosen' : undefined}
          dry={dry}
          onStart={() => setAsking(true)}
        />
      </div>
      <RunSection dryLines={dry.lines} onClearDryRun={dry.clear} />
      {isAsking && order && (
        <StartQuestion order={order} onClose={() => setAsking(false)} onStarted={openRun} />
      )}
    </>
  );
}

type PlanForm = ReturnType<typeof usePlanForm>;

/** The form of the plan: address, actors by hand, prompts, and the answer of the server about them. */
function usePlanForm() {
  const search = route.useSearch();
  const mayWrite = useScope('write');
  const [picked, setPicked] = useState<ReadonlySet<string>>();
  const [prompts, setPrompts] = useState(readStoredPrompts);
  const candidates = useQuery(createCandidatesQuery(search.unreviewed === true));
  // An empty choice by hand has no plan.
  const order =
    candidates.data && picked?.size !== 0
      ? toRunOrder(search, { picked, prompts: parsePrompts(prompts) }, candidates.data)
      : undefined;
  const plan = useQuery(createPlanQuery(mayWrite ? order : undefined));
  const dry = useDryRun(order);
  return { search, mayWrite, picked, setPicked, prompts, setPrompts, candidates, order, plan, dry };
}

/** Fields, filters and candidates. */
function PlanColumn({ form }: { readonly form: PlanForm }) {
  const { search, mayWrite, picked, setPicked, candidates, plan } = form;
  return (
    <div className={styles.main}>
      <PlanFields
        candidates={candidates.data}
        problem={plan.error}
        isPicked={picked !== undefined}
        prompts={form.prompts}
        onPrompts={form.setPrompts}
      />
      <Panel query={candidates} height="24rem">
        {(view) => (
          <section className={styles.candidates} aria-label="Candidates">
            <ReasonFilters view={view} current={search.reason} />
            <CandidateList
              view={view}
              plan={plan.data}
              picked={picked}
              onPick={mayWrite ? setPicked : undefined}
            />
          </section>
        )}
      </Panel>
    </div>
  );
}
