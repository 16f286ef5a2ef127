// SPDX-License-Identifier: Apache-2.0
// What this till prints: the shelf, the receipts that wait for a number, and the printer.

import { newId, type Connection, type PrintContent, type Property } from "@bellhop/client";
import { useEffect, useMemo, useReducer, useState } from "preact/hooks";

import { currentPerson } from "../house/person";
import { readStored, store } from "../link/storage";
import { t } from "../messages";
import { latestReceipt, standingReceipt } from "./order-facts";
import { afterwards, formatNumber, withNumber } from "./receipt-content";
import { jobIdOf, KEPT, ReceiptDesk } from "./receipt-desk";
import { ReceiptShelf, SHELVED, type ShelvedReceipt } from "./receipt-shelf";
import { makeReceipt } from "./receipt-words";

export interface Receipts {
  shelf: ReceiptShelf;
  desk: ReceiptDesk;
  /** The chosen printer; "": the hub's first. */
  printer: string;
  choose: (printer: string) => void;
  /** The last one found no room on the shelf. */
  isFull: boolean;
  /** What the latest receipt is about; null: there is none. */
  receiptedTotal: (orderId: string) => number | null;
  /** Takes a number and prints; where nothing changed since the latest, a copy of that. */
  printReceipt: (orderId: string) => void;
  /** Of the latest receipt, under its number. */
  printCopy: (orderId: string) => void;
  /** What has no number of its own: a bill, the day, the drawer. Its jobId; null: there was no room. */
  print: (
    paper: Omit<ShelvedReceipt, "job" | "view" | "madeAtMs">,
    content: PrintContent,
  ) => string | null;
}

export function useReceipts(
  property: Property,
  connection: Connection | null,
  findPrinter: (wanted: string) => string,
  onRefused: (number: string) => void,
): Receipts {
  const [, refresh] = useReducer((count: number) => count + 1, 0);
  const [isFull, setFull] = useState(false);
  const [wanted, setWanted] = useState(() => {
    const kept = readStored("printer");
    return typeof kept === "string" ? kept : "";
  });
  const shelf = useMemo(() => new ReceiptShelf(() => refresh(undefined)), []);
  const desk = useMemo(
    () =>
      new ReceiptDesk({
        property,
        onChange: () => refresh(undefined),
        onNumber: (one, number) => {
          const { orderId, receiptId, server, madeAtMs, printer } = one;
          const content =
            one.content ??
            makeReceipt(property, orderId, {
              ...{ kind: "receipt" as const, number, receiptId, server, timeMs: madeAtMs },
            });
          // The order will be read again when it is there.
          if (content === null) return false;
          // Both were wanted before either had a number.
          const earlier = shelf.receiptOf(orderId)?.number;
          const title =
            earlier === undefined || content.title !== undefined
              ? {}
              : { title: t("till.receipt.replaces", { number: earlier }) };
          const receipt = { ...afterwards(withNumber(content, number), Date.now() - madeAtMs), ...title };
          const { currency, total = 0 } = receipt;
          const shelved = { orderId, total, currency, madeAtMs, number: formatNumber(number) };
          const added = shelf.add(
            { kind: "receipt", ...shelved },
            { content: { receipt }, ...(printer === "" ? {} : { printer }) },
            jobIdOf(one),
          );
          setFull(!added);
          return added;
        },
        onRefused: ({ orderId }) => onRefused(property.order(orderId)?.number ?? ""),
      }),
    [property, shelf],
  );
  useEffect(() => () => desk.close(), [desk]);
  useEffect(() => () => shelf.close(), [shelf]);
  useEffect(() => {
    const follow = ({ key }: StorageEvent) => {
      // What was taken off the desk there is on the shelf.
      if (key?.endsWith(`.${SHELVED}`) === true) shelf.follow();
      if (key?.endsWith(`.${KEPT}`) === true) desk.follow();
    };
    addEventListener("storage", follow);
    return () => removeEventListener("storage", follow);
  }, [desk, shelf]);
  useEffect(() => {
    if (connection === null) return;
    shelf.connect(connection);
    desk.connect(connection);
  }, [connection, shelf, desk]);

  const printer = findPrinter(wanted);
  const server = () => currentPerson()?.name ?? "";
  const print: Receipts["print"] = (paper, content) => {
    const job = { content, ...(printer === "" ? {} : { printer }) };
    const jobId = newId();
    const added = shelf.add({ ...paper, madeAtMs: Date.now() }, job, jobId);
    setFull(!added);
    return added ? jobId : null;
  };
  /** What stands on the paper; the order may have changed while it waited for its number. */
  const receipted = (orderId: string): number | null => {
    const latest = latestReceipt(property, orderId);
    if (latest === null) return null;
    const here = shelf.receiptOf(orderId);
    return here?.number === formatNumber(latest.number) ? here.total : latest.total;
  };
  const want = (orderId: string) => {
    const madeAtMs = Date.now();
    const paper = { kind: "receipt" as const, number: null, receiptId: "", timeMs: madeAtMs };
    const content = makeReceipt(property, orderId, { ...paper, server: server() });
    desk.want({ orderId, printer, server: server(), madeAtMs, content });
  };
  /** What this till printed under that number, as it was; what another did, as the order is now. */
  const printCopy = (orderId: string) => {
    const latest = latestReceipt(property, orderId);
    const order = property.order(orderId);
    if (latest === null || order === null) return;
    const number = formatNumber(latest.number);
    const here = shelf.receiptOf(orderId);
    if (here?.number === number) {
      shelf.printAgain(here.job.jobId);
      return;
    }
    const { total, currency } = order;
    const { receiptId } = latest;
    const paper = { kind: "copy" as const, receiptId, timeMs: Date.now(), server: server() };
    const receipt = makeReceipt(property, orderId, { ...paper, number: latest.number });
    if (receipt !== null) print({ kind: "copy", number, orderId, total, currency }, { receipt });
  };
  return {
    ...{ shelf, desk, printer, isFull },
    choose: (name) => {
      store("printer", name);
      setWanted(name);
    },
    receiptedTotal: receipted,
    printReceipt: (orderId) => {
      const isStanding =
        standingReceipt(property, orderId) !== null &&
        receipted(orderId) === property.order(orderId)?.total;
      if (isStanding) printCopy(orderId);
      else want(orderId);
    },
    printCopy,
    print,
  };
}
