// SPDX-License-Identifier: Apache-2.0
// What stands on the property's paper, and what its prices are in.

import type { Property } from "@bellhop/client";
import { useState } from "preact/hooks";

import { currencyOf, NO_CURRENCY } from "../house/menu";
import { readDetails, type PropertyDetails } from "../house/places";
import { SafeMark } from "../house/safe-mark";
import { useRecords, useWrite } from "../house/use-house";
import { locale, t } from "../messages";
import { currencies, guessCurrency } from "../menu/amount";
import { setHouse } from "../menu/drafts";
import { Trouble } from "../theme/dialog";
import { LONGEST, toDetails, type TypedDetails } from "./details";

/** "EUR – Euro" */
function nameCurrency(code: string): string {
  try {
    const name = new Intl.DisplayNames(locale, { type: "currency" }).of(code);
    return name === undefined || name === code ? code : `${code} – ${name}`;
  } catch {
    return code;
  }
}

function toTyped(details: PropertyDetails, currency: string): TypedDetails {
  return {
    name: details.name,
    address: details.address.join("\n"),
    phone: details.phone,
    taxNumber: details.taxNumber,
    footer: details.footer.join("\n"),
    currency,
    unseenSeconds: String(details.unseenSeconds),
  };
}

interface TextProps {
  label: string;
  hint?: string;
  value: string;
  testId: string;
  isLong?: boolean;
  max: number;
  inputMode?: "text" | "tel" | "numeric";
  onType: (value: string) => void;
}

function Text({ label, hint, value, testId, isLong, max, inputMode, onType }: TextProps) {
  const common = {
    value,
    "data-testid": testId,
    onInput: (event: { currentTarget: { value: string } }) => onType(event.currentTarget.value),
  };
  return (
    <label class="field">
      <span>{label}</span>
      {isLong === true ? (
        <textarea rows={3} {...common} />
      ) : (
        <input type="text" maxLength={max} inputMode={inputMode ?? "text"} autoComplete="off" {...common} />
      )}
      {hint !== undefined && <small class="soft">{hint}</small>}
    </label>
  );
}

export interface DetailsFormProps {
  property: Property;
  onLeave: () => void;
  onSaved: (text: string) => void;
}

export function DetailsForm({ property, onLeave, onSaved }: DetailsFormProps) {
  const known = useRecords(property, ["property", "item"], (source) =>
    toTyped(readDetails(source), currencyOf(source)),
  );
  // What is being typed is nobody else's: a change from elsewhere does not take it away.
  const [changed, setChanged] = useState<Partial<TypedDetails>>({});
  const [trouble, setTrouble] = useState("");
  const write = useWrite(property, () => setTrouble(t("house.lost")));
  if (known === null) return null;
  // As long as nothing has a price the property has none of its own.
  const currency = known.currency === NO_CURRENCY ? guessCurrency(locale) : known.currency;
  const typed = { ...known, currency, ...changed };
  const put = (name: keyof TypedDetails) => (value: string) =>
    setChanged((before) => ({ ...before, [name]: value }));
  const save = async () => {
    const { set, wrong } = toDetails(typed, known);
    setTrouble(wrong === null ? "" : t(wrong));
    if (wrong !== null) return;
    const house = (entity: string) => property.nextVersion(entity);
    if (Object.keys(set).length > 0 && !(await write(setHouse(set, house)))) return;
    onSaved(t("details.saved"));
  };
  const field = (name: keyof typeof LONGEST, more: Partial<TextProps> = {}) => (
    <Text
      label={t(`details.${name}`)}
      value={typed[name]}
      testId={`details-${name}`}
      max={LONGEST[name]}
      onType={put(name)}
      {...more}
    />
  );
  return (
    <>
      <header class="page-head">
        <button type="button" class="quiet back" data-testid="back" onClick={onLeave}>
          {t("page.manage")}
        </button>
        <h1>{t("details")}</h1>
        <SafeMark property={property} name="property/house" />
      </header>
      <form
        class="form details-form"
        data-testid="details-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p class="soft">{t("details.about")}</p>
        {field("name")}
        {field("address", { isLong: true, hint: t("details.lines") })}
        {field("phone", { inputMode: "tel" })}
        {field("taxNumber")}
        {field("footer", { isLong: true, hint: t("details.footer.hint") })}
        <label class="field">
          <span>{t("details.currency")}</span>
          <select
            value={typed.currency}
            data-testid="details-currency"
            onChange={(event) => put("currency")(event.currentTarget.value)}
          >
            {[...new Set([typed.currency, ...currencies])].map((code) => (
              <option key={code} value={code}>
                {nameCurrency(code)}
              </option>
            ))}
          </select>
          <small class="soft">{t("details.currency.hint")}</small>
        </label>
        {field("unseenSeconds", { inputMode: "numeric", hint: t("details.unseenSeconds.hint") })}
        <Trouble text={trouble} />
        <div class="dialog-actions">
          <button type="button" onClick={onLeave}>
            {t("action.keep")}
          </button>
          <button type="submit" class="primary" data-testid="save">
            {t("action.save")}
          </button>
        </div>
      </form>
    </>
  );
}
