import { problemSchema } from '@trainyard/contracts';

/** What any route may answer besides its own. */
export const problemResponses = { '4xx': problemSchema, '5xx': problemSchema } as const;
