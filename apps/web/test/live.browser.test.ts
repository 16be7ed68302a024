import { type StudioPage, startStudio } from '@trainyard/testing/studio';
import { describe, expect, it, onTestFinished } from 'vitest';

type Page = StudioPage['page'];

const studio = startStudio({ workers: [] });

/** Records each live event that the page receives with its position, before the scripts of the page use it. */
const RECORD_EVENTS = `
  globalThis.received = [];
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (name, listener, ...more) {
    listen.call(this, name, (event) => {
      if (name !== 'error') globalThis.received.push({ name, id: event.lastEventId, data: JSON.parse(event.data) });
      listener.call(this, event);
    }, ...more);
  };
`;

interface Received {
  readonly name: string;
  readonly id: string;
  readonly data: { readonly training_id?: string; readonly resumed?: boolean };
}

function openOverview() {
  return studio.open('/', { beforeLoad: (page) => page.addInitScript(RECORD_EVENTS) });
}

function readEvents(page: Page): Promise<readonly Received[]> {
  return page.evaluate(() => (globalThis as unknown as { received: Received[] }).received);
}

function waitForLink(page: Page, words: RegExp | string): Promise<void> {
  return page.getByRole('region', { name: 'Status' }).getByText(words).waitFor({ timeout: 60_000 });
}

/** Queues a training and removes it from the queue when the test ends. */
async function enqueue(id: string): Promise<string> {
  const { body } = await studio.call('POST', '/api/trainings', {
    kind: 'actor',
    subject_id: id,
    force: true,
  });
  onTestFinished(async () => void (await studio.call('POST', `/api/trainings/${body.id}/cancel`)));
  return body.id;
}

const getQueueRows = (page: Page) => page.getByRole('table').locator('tbody tr');

describe('the stream of a page', () => {
  it('delivers every event once and in order after it was dropped, without loading the page again', async () => {
    const { page, connection } = await openOverview();
    await waitForLink(page, 'Live');
    const ids = [await enqueue('0019')];
    await expect.poll(() => getQueueRows(page).count()).toBe(1);
    connection.refuseStreams();
    await waitForLink(page, /^Reconnecting/);
    ids.push(await enqueue('0042'), await enqueue('0056'));
    connection.accept();
    await waitForLink(page, 'Live');
    ids.push(await enqueue('0023'));
    await expect.poll(() => getQueueRows(page).count()).toBe(4);
    const events = await readEvents(page);
    const changes = events.filter(({ name }) => name === 'training.changed');
    expect(changes.map(({ data }) => data.training_id)).toEqual(ids);
    const positions = events.filter(({ name }) => name !== 'ready').map(({ id }) => id);
    expect(positions).toEqual(positions.toSorted(comparePositions));
    expect(new Set(positions).size).toBe(positions.length);
    expect(events.filter(({ name }) => name === 'ready').map(({ data }) => data.resumed)).toEqual([
      false,
      true,
    ]);
  });

  it('is replaced by polls while it is refused, and the page shows changes and returns to Live', async () => {
    const { page, connection } = await openOverview();
    await waitForLink(page, 'Live');
    await page.clock.install();
    connection.refuseStreams();
    await waitForLink(page, /^Reconnecting/);
    await enqueue('0019');
    await page.clock.runFor(16_000);
    await waitForLink(page, /^Polling/);
    await expect.poll(() => getQueueRows(page).count()).toBe(1);
    await enqueue('0042');
    await page.clock.runFor(10_000);
    await expect.poll(() => getQueueRows(page).count()).toBe(2);
    connection.accept();
    await page.clock.resume();
    await waitForLink(page, 'Live');
  });

  it('is opened again with fresh data when the network returns; offline the content stays and nothing is sent', async () => {
    const { page, setOffline } = await openOverview();
    await waitForLink(page, 'Live');
    await enqueue('0019');
    await expect.poll(() => getQueueRows(page).count()).toBe(1);
    await setOffline(true);
    await waitForLink(page, 'Offline');
    expect(await getQueueRows(page).count()).toBe(1);
    const pause = page.getByRole('button', { name: /^Pause queue/ });
    expect(await pause.getAttribute('aria-disabled')).toBe('true');
    expect(await pause.textContent()).toContain('offline');
    await pause.click({ force: true });
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    await enqueue('0042');
    await setOffline(false);
    await expect.poll(() => getQueueRows(page).count()).toBe(2);
    await waitForLink(page, 'Live');
    expect((await studio.call('GET', '/api/dispatch')).body.paused).toBe(false);
  });

  it('carries changes of a second tab and of the terminal', async () => {
    const { page, openTab } = await openOverview();
    const tab = await openTab('/');
    for (const each of [page, tab]) await waitForLink(each, 'Live');
    await page.getByRole('button', { name: 'Pause queue' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Pause queue' }).click();
    onTestFinished(async () => void (await studio.call('PUT', '/api/dispatch', { paused: false })));
    await tab.getByRole('button', { name: 'Resume queue' }).waitFor();
    await studio.call('PUT', '/api/dispatch', { paused: false });
    for (const each of [page, tab]) await each.getByRole('button', { name: 'Pause queue' }).waitFor();
  });
});

/** Positions are `ms-seq`. */
function comparePositions(one: string, other: string): number {
  const [[ms = 0, seq = 0], [otherMs = 0, otherSeq = 0]] = [one, other].map((each) =>
    each.split('-').map(Number),
  ) as [number[], number[]];
  return ms - otherMs || seq - otherSeq;
}
