import { expect, it } from 'vitest';
import { formatMessage } from './message-text.ts';
import { renderMessage } from './render-message.ts';

const toBody = (count: number, base: string) => ({
  type: 'training.completed',
  data: {
    training: {
      ...{ id: 't1', kind: 'actor', subject_id: '0019', version_name: 'V7' },
      pictures: Array.from({ length: count }, (_, at) => ({
        ...{ name: `${at}.png`, kind: at === 1 ? 'loss' : 'sample' },
        url: `${base}/api/trainings/t1/pictures/${at}.png`,
      })),
    },
  },
});

it('a message links the first three pictures and counts the others', () => {
  const text = renderMessage(formatMessage(toBody(64, 'https://host.example')), { maxLength: 2_000 });
  expect(text).toContain('Picture: https://host.example/api/trainings/t1/pictures/0.png');
  expect(text).toContain('Loss plot: https://host.example/api/trainings/t1/pictures/1.png');
  expect(text).toContain('Pictures: 61 more');
  expect(text.length).toBeLessThan(600);
});

it('a message without a public address counts the pictures', () => {
  const text = renderMessage(formatMessage(toBody(2, '')), { maxLength: 2_000 });
  expect(text).toContain('Pictures: 2');
  expect(text).not.toContain('/api/');
});

it('a message without pictures does not name them', () => {
  expect(formatMessage(toBody(0, '')).lines.join()).not.toContain('icture');
});
