export { runCampaign, SHORT_CAMPAIGN } from './chaos/campaign.ts';
export { tallySummaries } from './chaos/report/tally.ts';
export { type Fleet, startFleet } from './fleet/fleet.ts';
export type { FleetProcess } from './fleet/process.ts';
export { type FleetPlan, freePort } from './fleet/settings.ts';
export { fuzz } from './fuzz/fuzz.ts';
export { formatFault } from './fuzz/play/table.ts';
