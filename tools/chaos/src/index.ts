export { runCampaign, TIME_FACTOR, toSeedRange } from './campaign.ts';
export { tallySummaries } from './report/tally.ts';
