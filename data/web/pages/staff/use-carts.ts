// SPDX-License-Identifier: Apache-2.0
// What was chosen at each table and not sent yet. It stays while one looks at another table, and over
// a reload; all pages of this browser share it.

import { useCallback, useEffect, useMemo, useState } from "preact/hooks";

import type { Item } from "../house/menu";
import { textOf, toFields, type Fields } from "../link/fields";
import { readStored, store } from "../link/storage";
import type { Cart } from "../order/cart";
import { packCart, unpackCart } from "../order/cart-keep";

const KEPT = "staff-carts";

export interface Unsent {
  cart: Cart;
  note: string;
}

/** By the place's id, as they are kept. */
export type KeptCarts = Readonly<Fields>;

export function unsentAt(kept: KeptCarts, placeId: string, items: ReadonlyMap<string, Item>): Unsent {
  const own = toFields(kept[placeId]);
  const packed = own["cart"];
  const cart = Array.isArray(packed) ? unpackCart(packed.map(toFields), items) : [];
  return { cart, note: textOf(own, "note") };
}

export function withUnsent(kept: KeptCarts, placeId: string, { cart, note }: Unsent): KeptCarts {
  const rest = Object.fromEntries(Object.entries(kept).filter(([id]) => id !== placeId));
  return cart.length === 0 && note === "" ? rest : { ...rest, [placeId]: { cart: packCart(cart), note } };
}

const read = (): KeptCarts => toFields(readStored(KEPT));

export interface Carts {
  kept: KeptCarts;
  /** Changes what is kept now, whichever page of this browser wrote it. */
  change: (edit: (kept: KeptCarts) => KeptCarts) => void;
}

export function useCarts(): Carts {
  const [kept, setKept] = useState(read);
  useEffect(() => {
    const onStorage = () => setKept(read());
    addEventListener("storage", onStorage);
    return () => removeEventListener("storage", onStorage);
  }, []);
  const change = useCallback<Carts["change"]>((edit) => {
    const next = edit(read());
    store(KEPT, next);
    setKept(next);
  }, []);
  return { kept, change };
}

export interface TableCart extends Unsent {
  change: (edit: (now: Unsent) => Unsent) => void;
}

export function useTableCart(
  { kept, change }: Carts,
  placeId: string,
  items: ReadonlyMap<string, Item>,
): TableCart {
  const own = kept[placeId];
  const unsent = useMemo(() => unsentAt({ [placeId]: own }, placeId, items), [own, placeId, items]);
  return {
    ...unsent,
    change: (edit) =>
      change((all) => withUnsent(all, placeId, edit(unsentAt(all, placeId, items)))),
  };
}
