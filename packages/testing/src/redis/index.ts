export * from './free-port.ts';
export * from './sentinel-group.ts';
export * from './shared-redis.ts';
export * from './test-backend.ts';
export * from './test-redis.ts';
