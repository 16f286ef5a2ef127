// SPDX-License-Identifier: Apache-2.0
// One log in real browsers: four devices and the hub, and all that happens to them in a service. Whatever
// it was, in the end all read the same, nothing that was acknowledged is missing, and nothing is there twice.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';

import { browserName, startBrowser } from '../lib/browser.mjs';
import { startHub } from '../lib/hub.mjs';
import { ReplicaPage, settle, untilMeshed } from '../lib/replica-page.mjs';
import { until } from '../lib/wait.mjs';

const line = (name, more = {}) => ({ lineId: randomUUID(), name, price: 500, quantity: 1, ...more });
const linesOf = (order) => order.lines.map(({ name }) => name).sort();

async function openHouse(t, roles = [['staff', 'Anna'], ['staff', 'Ben'], ['kitchen', 'Kitchen'], ['pos', 'Till']]) {
  const hub = await startHub(t, { open: false });
  const browser = await startBrowser(t);
  const pages = [];
  for (const [role, name] of roles) pages.push(await ReplicaPage.open(t, browser, hub, { role, name }));
  return { hub, pages };
}

const again = (t, hub) => startHub(t, { open: false, state: hub.state, port: hub.port });

describe(`${browserName}: the log`, () => {
  test('two waiters on one order, the kitchen at work, the hub killed in the middle', async (t) => {
    const { hub, pages: [anna, ben, kitchen, till] } = await openHouse(t);
    const { orderId, number } = await anna.order({ lines: [line('Soup')] });
    assert.match(number, /^[A-Z]{1,3}-\d+$/);
    await until('Ben has it', () => ben.read(orderId));
    const pages = [anna, ben, kitchen, till];
    await untilMeshed(pages);

    // Both at once, without waiting for each other; the hub goes while they do.
    const names = ['Soup'];
    const add = async (who, name) => {
      names.push(name);
      await who.write('order.lines', `order/${orderId}`, { lines: [line(name)] });
    };
    const writes = [];
    for (let i = 0; i < 5; i += 1) writes.push(add(anna, `Anna ${i}`), add(ben, `Ben ${i}`));
    await hub.kill();
    for (let i = 5; i < 10; i += 1) writes.push(add(anna, `Anna ${i}`), add(ben, `Ben ${i}`));
    await Promise.all(writes);

    // Without the hub it reaches the kitchen, which cooks, and the waiters see it.
    const ticket = await until('all lines in the kitchen', async () => {
      const order = await kitchen.read(orderId);
      return order.lines.length === names.length ? order : null;
    }, 30000);
    await kitchen.write('line.state', `order/${orderId}`, { state: 'preparing',
      lineIds: ticket.lines.map(({ lineId }) => lineId) });
    await until('Ben sees it', async () => (await ben.read(orderId)).state === 'preparing', 30000);
    const { orderId: second } = await till.order({ lines: [line('Beer')] });

    const back = await again(t, hub);
    const { orders } = await settle(back, pages);
    assert.deepEqual(orders.map((one) => one.orderId).sort(), [orderId, second].sort());
    const whole = orders.find((one) => one.orderId === orderId);
    assert.deepEqual(linesOf(whole), names.sort());
    assert.equal(whole.state, 'preparing');
    assert.equal(whole.total, 500 * names.length);
    await back.assertServing();
  });

  test('what the hub acknowledged is there after kill -9, though every browser is gone', async (t) => {
    const { hub, pages: [anna, ben] } = await openHouse(t, [['staff', 'Anna'], ['staff', 'Ben']]);
    const safe = [];
    for (let i = 0; i < 20; i += 1) {
      const { orderId } = await anna.order({ lines: [line(`Dish ${i}`)] });
      const op = await anna.write('order.set', `order/${orderId}`, { version: 1, set: { note: `${i}` } });
      safe.push({ orderId, op, note: `${i}` });
    }
    const { op } = safe.at(-1);
    await until('the hub has it', async () => (await anna.levelOf(op)) === 'hub', 20000);
    await hub.kill();
    await Promise.all([anna, ben].map(({ context }) => context.close()));
    const back = await again(t, hub);
    const { orders } = await back.control('GET', '/api/v1/orders');
    assert.deepEqual(orders.map(({ orderId, note }) => ({ orderId, note })).sort((a, b) => a.note - b.note),
      safe.map(({ orderId, note }) => ({ orderId, note })));
  });

  test('an order taken with the hub away outlives a reload, and goes out once', async (t) => {
    const { hub, pages: [anna] } = await openHouse(t, [['staff', 'Anna']]);
    await hub.kill();
    await until('Anna works alone', async () => (await anna.path()) === 'none', 40000);
    // No page can be had from a hub that is away: the one that is open goes on.
    const { orderId } = await anna.page.evaluate(async (content) => {
      const { property } = globalThis.replica.connection;
      const id = content.orderId;
      await property.write([
        { kind: 'order.open', entity: `order/${id}`, body: { number: await property.nextNumber(),
          currency: 'EUR', source: 'staff' } },
        { kind: 'order.lines', entity: `order/${id}`, body: { lines: content.lines } }]);
      return { orderId: id };
    }, { orderId: randomUUID(), lines: [line('Tea')] });
    const back = await again(t, hub);
    await anna.reload();
    const { orders } = await settle(back, [anna]);
    assert.deepEqual(orders.map((one) => one.orderId), [orderId]);
    assert.deepEqual(linesOf(orders[0]), ['Tea']);
  });

  test('two tabs of one device write at once and share one store', async (t) => {
    const { hub, pages: [anna, ben] } = await openHouse(t, [['staff', 'Anna'], ['staff', 'Ben']]);
    const tab = await anna.openTab();
    const { orderId } = await anna.order({ lines: [line('Soup')] });
    await until('the other tab shows it', () => tab.read(orderId));
    const writes = [];
    for (let i = 0; i < 20; i += 1) {
      for (const [name, who] of [['one', anna], ['two', tab]])
        writes.push(who.write('order.lines', `order/${orderId}`, { lines: [line(`${name} ${i}`)] }));
    }
    const places = (await Promise.all(writes)).map(({ logId, seq }) => `${logId}:${seq}`);
    assert.equal(new Set(places).size, places.length, 'no place in the log is used twice');
    const { orders: [order] } = await settle(hub, [anna, tab, ben]);
    assert.equal(order.lines.length, 41);
    const { conflicts } = await hub.control('GET', '/api/v1/operations/conflicts');
    assert.deepEqual(conflicts, []);
    await tab.page.close();
    await anna.write('order.lines', `order/${orderId}`, { lines: [line('Last')] });
    assert.equal((await settle(hub, [anna, ben])).orders[0].lines.length, 42);
  });

  // Firefox has no command that freezes a tab.
  if (browserName !== 'firefox') {
    test('a tab that was frozen has everything as soon as it thaws', async (t) => {
      const { hub, pages: [anna, kitchen] } = await openHouse(t, [['staff', 'Anna'], ['kitchen', 'Kitchen']]);
      const session = await kitchen.page.createCDPSession();
      await kitchen.page.evaluate(() => {
        globalThis.beats = [];
        setInterval(() => globalThis.beats.push(Date.now()), 20);
        document.addEventListener('freeze', () => { globalThis.frozenMs = Date.now(); console.log('frozen now'); });
      });
      const isFrozen = new Promise((resolve) => {
        kitchen.page.on('console', (message) => message.text() === 'frozen now' && resolve());
      });
      // It answers before the page has heard of it.
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      await isFrozen;
      const { orderId } = await anna.order({ lines: [line('Soup')] });
      await hub.kill();
      const back = await again(t, hub);
      await anna.write('order.lines', `order/${orderId}`, { lines: [line('Bread')] });
      const thawedMs = Date.now();
      await session.send('Page.setWebLifecycleState', { state: 'active' });
      const { orders: [order] } = await settle(back, [anna, kitchen]);
      const { beats, frozenMs } = await kitchen.page.evaluate(() =>
        ({ beats: globalThis.beats, frozenMs: globalThis.frozenMs }));
      assert.deepEqual(beats.filter((ms) => ms > frozenMs && ms < thawedMs), [], 'it did nothing meanwhile');
      assert.deepEqual(linesOf(order), ['Bread', 'Soup']);
    });
  }
});
