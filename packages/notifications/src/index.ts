export { createMessenger, MAIL, type MessengerOptions, SLACK } from './messenger.ts';
