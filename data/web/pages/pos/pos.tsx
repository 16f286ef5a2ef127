// SPDX-License-Identifier: Apache-2.0
// The till: items left, order right, the total and the one next action bottom right.

import type { PrinterInfo } from "@bellhop/client";
import { useEffect, useReducer, useRef, useState } from "preact/hooks";

import { openPage, type PageProps } from "../link/open-page";
import { describePrinter, namePrinter } from "../link/printer-text";
import { readStored, store } from "../link/storage";
import { useLink, usePrinters } from "../link/use-link";
import { language, locale, t } from "../messages";
import { PageFrame } from "../theme/page-frame";
import { ItemGrid } from "./item-grid";
import { property } from "./menu";
import { formatMoney } from "./money";
import { changeOrder, countOf, toOrder, toReceipt, totalOf } from "./order";
import { OrderLines } from "./order-lines";
import { ReceiptShelf } from "./receipt-shelf";
import { EarlierReceipts, LatestReceipt } from "./receipt-state";

function useShelf(connection: PageProps["connection"]): ReceiptShelf {
  const [, refresh] = useReducer((count: number) => count + 1, 0);
  const shelf = useRef<ReceiptShelf | null>(null);
  shelf.current ??= new ReceiptShelf(() => refresh(undefined));
  const current = shelf.current;
  useEffect(() => {
    if (connection !== null) current.connect(connection);
  }, [connection]);
  return current;
}

interface PrinterChoiceProps {
  printers: PrinterInfo[];
  chosen: string | undefined;
  onChoose: (name: string) => void;
}

function PrinterChoice({ printers, chosen, onChoose }: PrinterChoiceProps) {
  return (
    <label class="printer-choice">
      <span>{t("pos.printer")}</span>
      <select
        data-testid="printer"
        value={chosen ?? printers[0]?.name}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {printers.map((printer) => {
          const { text, tone } = describePrinter(printer);
          const state = tone === "wait" || tone === "bad" ? ` – ${text}` : "";
          return (
            <option key={printer.name} value={printer.name}>
              {namePrinter(printer) + state}
            </option>
          );
        })}
      </select>
    </label>
  );
}

function useChosenPrinter(printers: PrinterInfo[] | null) {
  const [name, setName] = useState(() => {
    const kept = readStored("printer");
    return typeof kept === "string" ? kept : undefined;
  });
  const choose = (chosen: string) => {
    store("printer", chosen);
    setName(chosen);
  };
  // One that is gone is not asked for; the hub then takes its first.
  const known = printers === null || printers.some((printer) => printer.name === name);
  return { chosen: known ? name : undefined, choose };
}

function PosPage({ connection }: PageProps) {
  const link = useLink(connection);
  const printers = usePrinters(connection, link.path);
  const shelf = useShelf(connection);
  const [order, change] = useReducer(changeOrder, undefined, () => toOrder(readStored("order")));
  const [open, setOpen] = useState(false);
  const [full, setFull] = useState(false);
  const { chosen, choose } = useChosenPrinter(printers);
  const total = totalOf(order);
  const count = countOf(order);
  const [latest, ...earlier] = shelf.receipts;
  const again = (jobId: string) => shelf.printAgain(jobId);

  useEffect(() => void store("order", order), [order]);

  function printReceipt() {
    const madeAt = new Date();
    const number = shelf.nextNumber();
    const receipt = toReceipt(order, {
      number,
      language,
      timeMs: madeAt.getTime(),
      timeZoneOffset: -madeAt.getTimezoneOffset(),
    });
    const added = shelf.add(
      { number, total, currency: property.currency, madeAtMs: madeAt.getTime() },
      { content: { receipt }, ...(chosen === undefined ? {} : { printer: chosen }) },
    );
    setFull(!added);
    if (!added) return;
    change({ type: "clear" });
    setOpen(false);
  }

  return (
    <PageFrame page="pos" link={link}>
      <main class="till" data-open={open}>
        <h1 class="hidden-visually">{t("page.pos")}</h1>
        <ItemGrid order={order} onChange={change} />
        <section class="order" aria-label={t("pos.order")}>
          <div class="order-body" id="order-body">
            <div class="order-head">
              <h2>{t("pos.order")}</h2>
              <label class="table">
                <span>{t("pos.table")}</span>
                <input
                  type="text"
                  inputMode="numeric"
                  autoComplete="off"
                  maxLength={12}
                  value={order.table}
                  data-testid="table"
                  onInput={(event) => change({ type: "table", table: event.currentTarget.value })}
                />
              </label>
              <button
                type="button"
                class="quiet"
                disabled={count === 0}
                aria-label={t("pos.clear")}
                title={t("pos.clear")}
                onClick={() => change({ type: "clear" })}
              >
                ×
              </button>
            </div>
            <OrderLines order={order} onChange={change} />
            <EarlierReceipts receipts={earlier} onAgain={again} />
          </div>
          <div class="order-foot">
            {latest !== undefined && <LatestReceipt receipt={latest} onAgain={again} />}
            {printers !== null && printers.length > 1 && (
              <PrinterChoice printers={printers} chosen={chosen} onChoose={choose} />
            )}
            {full && <p role="alert">{t("pos.full")}</p>}
            <div class="action">
              <button
                type="button"
                class="order-toggle"
                data-testid="show-order"
                aria-expanded={open}
                aria-controls="order-body"
                aria-label={t("pos.show-order")}
                onClick={() => setOpen(!open)}
              >
                <span class="figure">{t("pos.count", { count })}</span>
              </button>
              <p class="total">
                <span class="total-label">{t("pos.total")}</span>
                <output class="money" data-testid="total" data-minor={total}>
                  {formatMoney(total, property.currency, locale)}
                </output>
              </p>
              <button
                type="button"
                class="primary print"
                data-testid="print-receipt"
                disabled={count === 0}
                onClick={printReceipt}
              >
                {t("pos.print")}
              </button>
            </div>
          </div>
        </section>
      </main>
    </PageFrame>
  );
}

openPage(PosPage, "page.pos", "pos");
