// SPDX-License-Identifier: Apache-2.0
// What lies over a table's page: an item before it goes into the cart, a line, declining, moving.

import type { Order, OrderLine } from "@bellhop/client";

import type { Item } from "../house/menu";
import { waitingLines, type LineChange } from "../house/orders";
import type { CartLine } from "../order/cart";
import { ItemDialog } from "../order/item-dialog";
import { DeclineDialog } from "./decline-dialog";
import type { Tile } from "./floor-list";
import { LineDialog } from "./line-dialog";
import { MoveDialog } from "./move-dialog";
import type { Target } from "./move-lines";

/** One at a time. */
export type Sheet =
  | { kind: "none" }
  | { kind: "item"; item: Item; line?: CartLine }
  | { kind: "line"; orderId: string; lineId: string }
  | { kind: "decline"; orderId: string }
  | { kind: "move"; orderId: string };

interface TableSheetProps {
  sheet: Sheet;
  tile: Tile;
  tiles: readonly Tile[];
  onClose: () => void;
  /** @param before the line of the cart that is changed */
  onItem: (line: Omit<CartLine, "lineId">, before: CartLine | undefined) => void;
  onRemove: (line: CartLine) => void;
  onChange: (line: OrderLine, change: LineChange) => void;
  onServe: (line: OrderLine) => void;
  onEnd: (lines: OrderLine[], state: "declined" | "cancelled", reason: string) => void;
  onMove: (order: Order, counts: ReadonlyMap<string, number>, target: Target, name: string) => void;
}

/** What it was opened for may be gone meanwhile: somebody else moved or accepted it. */
export function TableSheet(props: TableSheetProps) {
  const { sheet, tile, tiles, onClose } = props;
  if (sheet.kind === "none") return null;
  if (sheet.kind === "item") {
    const { item, line } = sheet;
    return (
      <ItemDialog
        item={item}
        {...(line === undefined ? {} : { line, onRemove: () => props.onRemove(line) })}
        onDone={(done) => props.onItem(done, line)}
        onClose={onClose}
      />
    );
  }
  const order = tile.orders.find(({ orderId }) => orderId === sheet.orderId);
  if (order === undefined) return null;
  if (sheet.kind === "move")
    return (
      <MoveDialog
        order={order}
        tiles={tiles}
        onMove={(counts, target, name) => props.onMove(order, counts, target, name)}
        onClose={onClose}
      />
    );
  if (sheet.kind === "decline")
    return (
      <DeclineDialog
        title={tile.place.title}
        lines={waitingLines(order)}
        onDecline={(lines, reason) => props.onEnd(lines, "declined", reason)}
        onClose={onClose}
      />
    );
  const line = order.lines.find(({ lineId }) => lineId === sheet.lineId);
  if (line === undefined) return null;
  return (
    <LineDialog
      key={line.lineId}
      line={line}
      onChange={(change) => props.onChange(line, change)}
      onServe={() => props.onServe(line)}
      onCancel={(reason) => props.onEnd([line], "cancelled", reason)}
      onClose={onClose}
    />
  );
}
