export { createSimulator, type Simulator } from './app.ts';
export type { HistoryEvent, JobRecord } from './history/event.ts';
export type { Interval, LivePoint } from './history/gauges.ts';
export { type History, readHistory } from './history/history.ts';
export type { WireTimes } from './simulation/clock.ts';
export {
  type Fault,
  type FaultKind,
  type FaultRequest,
  type Faults,
  type FaultTarget,
  faultSchema,
  OPERATIONS,
  type Operation,
} from './simulation/faults.ts';
export type { SimulatorOptions, TrainingPace } from './simulation/settings.ts';
