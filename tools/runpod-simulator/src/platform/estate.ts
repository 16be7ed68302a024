import { createEndpoint, type Endpoint, type Surroundings } from './endpoint.ts';

/** All endpoints of one stand-in. An endpoint comes into being when it is first asked. */
export interface Estate extends Surroundings {
  exists(endpointId: string): boolean;
  endpoint(endpointId: string): Endpoint;
}

export function createEstate(surroundings: Surroundings): Estate {
  const endpoints = new Map<string, Endpoint>();
  const { endpointIds } = surroundings.settings;
  return {
    ...surroundings,
    exists: (endpointId) => endpointIds === undefined || endpointIds.includes(endpointId),
    endpoint(endpointId) {
      const endpoint = endpoints.get(endpointId) ?? createEndpoint(endpointId, surroundings);
      endpoints.set(endpointId, endpoint);
      return endpoint;
    },
  };
}
