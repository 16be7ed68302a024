import { createEndpoint, type Endpoint, type Environment } from './endpoint.ts';

/** All endpoints of one simulator. An endpoint comes into being when it is first asked. */
export interface Account extends Environment {
  hasEndpoint(endpointId: string): boolean;
  getEndpoint(endpointId: string): Endpoint;
}

export function createAccount(environment: Environment): Account {
  const endpoints = new Map<string, Endpoint>();
  const { endpointIds } = environment.settings;
  return {
    ...environment,
    hasEndpoint: (endpointId) => endpointIds === undefined || endpointIds.includes(endpointId),
    getEndpoint(endpointId) {
      const endpoint = endpoints.get(endpointId) ?? createEndpoint(endpointId, environment);
      endpoints.set(endpointId, endpoint);
      return endpoint;
    },
  };
}
