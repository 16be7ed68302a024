export { runCampaign, SHORT_CAMPAIGN } from './campaign.ts';
export { tallySummaries } from './report/tally.ts';
