import type { Provider, Submission } from '@trainyard/application';

/** An endpoint that takes no time at all, so that only our own part of a turnaround is measured. */
export const createInstantProvider = (onSubmit: (submission: Submission) => void): Provider => {
  let runs = 0;
  return {
    submit: async (submission) => {
      onSubmit(submission);
      runs += 1;
      return { kind: 'accepted', runId: `run-${runs}` };
    },
    observe: async () => ({ kind: 'live', phase: 'in_progress', providerStatus: 'instant' }),
    cancel: async () => ({ kind: 'acknowledged' }),
    health: async () => ({ kind: 'unavailable', message: 'not asked' }),
  };
};
