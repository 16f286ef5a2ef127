// SPDX-License-Identifier: Apache-2.0
// The guest's cart and what was sent from it, of one session, kept over reloads.

import type { Connection } from "@bellhop/client";
import { useCallback, useEffect, useMemo, useReducer, useState } from "preact/hooks";

import type { Item } from "../house/menu";
import { textOf, toFields, type Fields } from "../link/fields";
import { readStored, store } from "../link/storage";
import type { Cart } from "../order/cart";
import { packCart, unpackCart } from "../order/cart-keep";
import { GuestDesk, type PendingCommand, type Refused } from "./desk";
import { isShown } from "./guest-orders";

const KEPT = "guest-desk";

/** Of this session; of another nothing is left. */
function recall(session: string): Fields {
  const kept = toFields(readStored(KEPT));
  return textOf(kept, "session") === session ? kept : { session };
}

function keep(session: string, change: Fields): void {
  store(KEPT, { ...recall(session), ...change });
}

const after = (ms: number, call: () => void) => {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
};

export interface DeskView {
  desk: GuestDesk;
  commands: readonly PendingCommand[];
  /** "": nothing was refused. */
  refused: string;
  forgive: () => void;
}

export function useDesk(
  session: string,
  connection: Connection | null,
  isSeated: boolean,
  onRefused: Refused,
): DeskView {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const [refused, setRefused] = useState("");
  const desk = useMemo(
    () =>
      new GuestDesk({
        kept: recall(session)["pending"],
        keep: (pending) => keep(session, { pending }),
        onRefused: (command, code) => {
          setRefused(code);
          onRefused(command, code);
        },
        after,
      }),
    [session, onRefused],
  );
  useEffect(() => desk.on(() => again(undefined)), [desk]);
  useEffect(() => desk.setSeated(isSeated), [desk, isSeated]);
  useEffect(() => {
    desk.follow(connection);
    return () => desk.follow(null);
  }, [desk, connection]);
  useEffect(() => {
    const view = connection?.view ?? null;
    if (view === null) return;
    const settle = () => desk.settle((command) => isShown(view, command));
    settle();
    const offs = [view.on("changed", settle), desk.on(settle)];
    return () => {
      for (const off of offs) off();
    };
  }, [desk, connection]);
  const forgive = useCallback(() => setRefused(""), []);
  return { desk, commands: desk.commands, refused, forgive };
}

export interface KeptCart {
  cart: Cart;
  setCart: (cart: Cart) => void;
  note: string;
  setNote: (note: string) => void;
}

/** @param items null: the menu is not known yet, and with it what is in the cart */
export function useKeptCart(session: string, items: ReadonlyMap<string, Item> | null): KeptCart {
  const [packed, setPacked] = useState<readonly Fields[]>([]);
  const [note, setOnlyNote] = useState("");
  useEffect(() => {
    const kept = recall(session);
    const cart = kept["cart"];
    setPacked(Array.isArray(cart) ? cart.map(toFields) : []);
    setOnlyNote(textOf(kept, "note"));
  }, [session]);
  const cart = useMemo(() => (items === null ? [] : unpackCart(packed, items)), [packed, items]);
  const setCart = useCallback(
    (next: Cart) => {
      const list = packCart(next);
      setPacked(list);
      keep(session, { cart: list });
    },
    [session],
  );
  const setNote = useCallback(
    (next: string) => {
      setOnlyNote(next);
      keep(session, { note: next });
    },
    [session],
  );
  return { cart, setCart, note, setNote };
}
