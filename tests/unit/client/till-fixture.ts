// SPDX-License-Identifier: Apache-2.0
// A till's property with a small menu, on a real replica in memory, with time in the test's hands.

import type { Order } from "@bellhop/client";

import { publicKeyOf, randomBytes } from "../../../data/web/client/crypto";
import { MemoryStore } from "../../../data/web/client/log/memory-store";
import { Property } from "../../../data/web/client/log/property";
import { nobleSigning } from "../../../data/web/client/log/signing";
import { readMenu, type Item } from "../../../data/web/pages/house/menu";
import { changeOrder, openOrder, orderLines, pay } from "../../../data/web/pages/house/orders";
import { newLine } from "../../../data/web/pages/order/cart";
import { FakeClock } from "./fake-clock";

export async function setUp() {
  const seed = randomBytes(32);
  const clock = new FakeClock();
  const property = await Property.open({
    ...{ store: new MemoryStore(), tenantId: "t", deviceId: "d1", role: "manager" as const },
    signing: nobleSigning(seed),
    hubKey: publicKeyOf(seed),
    clock,
  });
  const set = (kind: string, entity: string, values: Record<string, unknown>) =>
    property.write({ kind, entity, body: { version: property.nextVersion(entity), set: values } });
  await set("tax.set", "tax/food", { name: "VAT", rateBp: 1000, included: true });
  await set("tax.set", "tax/added", { name: "Sales tax", rateBp: 500, included: false });
  await set("item.set", "item/soup", { name: "Soup", price: 750, currency: "EUR", taxId: "food" });
  await set("item.set", "item/wine", { name: "Wine", price: 1000, currency: "EUR", taxId: "added" });
  await set("property.set", "property/house", { name: "Bellevue", address: ["12 Harbour Street"] });
  const item = (id: string) => readMenu(property).items.get(id) as Item;
  const read = (orderId: string) => property.order(orderId) as Order;
  const nextVersion = (entity: string) => property.nextVersion(entity);
  let count = 0;
  /** An order with so many soups and so much wine. */
  const ring = async (soups: number, wines = 0): Promise<string> => {
    count += 1;
    const orderId = `order-${count}`;
    const lines = [
      { ...newLine(item("soup")), quantity: soups, lineId: `${orderId}-soup` },
      ...(wines === 0 ? [] : [{ ...newLine(item("wine")), quantity: wines, lineId: `${orderId}-wine` }]),
    ];
    const header = { number: `A-${count}`, currency: "EUR", source: "pos" as const };
    await property.write([openOrder(orderId, header, null), ...orderLines(orderId, lines, null)]);
    return orderId;
  };
  const settleAll = async (orderId: string, method: "cash" | "card", tip = 0) => {
    await property.write([
      pay(orderId, { method, amount: read(orderId).due, tip }, null),
      changeOrder(orderId, { closed: true }, nextVersion),
    ]);
  };
  return { clock, property, item, read, nextVersion, ring, settleAll };
}
