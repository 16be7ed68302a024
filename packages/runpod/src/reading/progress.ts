import type { RunProgress } from '@trainyard/domain';
import { findFirst, toCount, toNumber, toObject, unwrapJson } from './values.ts';

const STEP = ['step', 'current_step', 'global_step', 'currentStep'];
const TOTAL = ['total_steps', 'total', 'max_train_steps', 'totalSteps', 'max_steps'];
const LOSS = ['loss', 'avr_loss', 'avg_loss'];
const RATE = ['rate', 'steps_per_second', 'it_per_s', 'stepsPerSecond'];

/**
 * How far a run is, from the `output` that RunPod gives while it is in progress: an object, that object as text, one
 * nested under `progress`, or a progress bar's line («12/2000 [00:30<1:20:00, 3.4it/s, avr_loss=0.12]»).
 * Undefined when it does not tell both the step and the whole.
 */
export function readProgress(output: unknown, depth = 0): RunProgress | undefined {
  const value = unwrapJson(output);
  if (typeof value === 'string') return parseLine(value);
  const object = toObject(value);
  if (!object) return undefined;
  const step = findFirst(object, STEP);
  const { progress: inner } = object;
  if (step === undefined && inner !== undefined && depth < 3) return readProgress(inner, depth + 1);
  return toProgress({
    step: toCount(step),
    total: toCount(findFirst(object, TOTAL)),
    loss: toNumber(findFirst(object, LOSS)),
    rate: toNumber(findFirst(object, RATE)),
  });
}

interface Parts {
  readonly step: number | undefined;
  readonly total: number | undefined;
  readonly loss: number | undefined;
  readonly rate: number | undefined;
}

function toProgress({ step, total, loss, rate }: Parts): RunProgress | undefined {
  if (step === undefined || total === undefined || total === 0) return undefined;
  return {
    step: Math.min(step, total),
    totalSteps: total,
    ...(loss === undefined ? {} : { loss }),
    ...(rate === undefined ? {} : { stepsPerSecond: rate }),
  };
}

function parseLine(line: string): RunProgress | undefined {
  const steps = /(\d+)\s*(?:\/|of)\s*(\d+)/.exec(line);
  const perStep = toNumber(/([\d.]+)\s*s\/it/.exec(line)?.[1]);
  return toProgress({
    step: toCount(steps?.[1]),
    total: toCount(steps?.[2]),
    loss: toNumber(/loss\s*[=:]\s*([\d.]+(?:e-?\d+)?)/i.exec(line)?.[1]),
    rate: perStep ? 1 / perStep : toNumber(/([\d.]+)\s*it\/s/.exec(line)?.[1]),
  });
}
