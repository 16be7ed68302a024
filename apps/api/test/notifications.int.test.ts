import { expect, it } from 'vitest';
import { KEYS, openTestSystem } from './test-system.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const one = { name: 'one', url: 'https://one.example.com/hidden-path', secret };
const env = {
  NOTIFY_SUBSCRIBERS: JSON.stringify([one, { ...one, name: 'two' }]),
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/hidden-token',
};

it('notifications are tested by an admin, listed by page and filter, and redelivered under their id', async () => {
  const system = await openTestSystem({ as: 'admin', env });
  const asWriter = { authorization: `Bearer ${KEYS.write}` };
  expect((await system.call('POST', '/api/notifications/test', {}, asWriter)).statusCode).toBe(403);

  const tested = await system.call('POST', '/api/notifications/test');
  expect(tested.statusCode).toBe(202);
  const { deliveries } = tested.json();
  expect(deliveries.map((each: { destination: string }) => each.destination)).toEqual([
    'one',
    'two',
    'slack',
  ]);
  expect(deliveries[0]).toMatchObject({ state: 'pending', type: 'notification.test', tries: [] });

  const list = async (query: string) => (await system.call('GET', `/api/deliveries?${query}`)).json();
  const first = await list('limit=2');
  const second = await list(`limit=2&cursor=${first.next_cursor}`);
  const ids = [...first.deliveries, ...second.deliveries].map((each: { id: string }) => each.id);
  expect(new Set(ids)).toEqual(new Set(deliveries.map((each: { id: string }) => each.id)));
  expect(second.next_cursor).toBeNull();
  expect((await list('destination=two&state=pending')).deliveries).toHaveLength(1);
  expect((await list('destination=two&state=delivered')).deliveries).toEqual([]);
  expect((await list('training_id=unknown')).deliveries).toEqual([]);

  const again = await system.call('POST', `/api/deliveries/${ids[0]}/redeliver`, undefined, asWriter);
  expect([again.statusCode, again.json().id, again.json().state]).toEqual([202, ids[0], 'pending']);
  expect(JSON.stringify([tested.json(), first, again.json()])).not.toMatch(/hidden|whsec/);
});

it('an unknown delivery or destination is named', async () => {
  const system = await openTestSystem({ env });
  const unknownDelivery = await system.call('POST', '/api/deliveries/msg_0/redeliver');
  expect([unknownDelivery.statusCode, unknownDelivery.json().code]).toEqual([404, 'delivery_not_found']);
  const unknownDestination = await system.call('POST', '/api/notifications/test', { destination: 'three' });
  expect([unknownDestination.statusCode, unknownDestination.json().issues]).toEqual([
    422,
    [
      {
        path: 'destination',
        message: 'is not a known destination',
        value: 'three',
        bound: 'one, two, slack',
      },
    ],
  ]);
  expect((await system.call('GET', '/api/deliveries?state=lost')).statusCode).toBe(422);
});
