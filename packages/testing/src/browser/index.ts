export * from './browser.ts';
export * from './tls-proxy.ts';
