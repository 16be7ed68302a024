export * from './deliveries.ts';
export * from './messenger.ts';
export * from './notification.ts';
