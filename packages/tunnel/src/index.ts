export { createNgrokTunnels, type NgrokOptions } from './ngrok.ts';
