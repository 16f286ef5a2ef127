// SPDX-License-Identifier: Apache-2.0
import type { Property } from "@bellhop/client";
import { useEffect, useState } from "preact/hooks";

import { loadDayOrders } from "./day-orders";

/** Has the day's orders that were put away come back; whether they are there, as far as they can be. */
export function useDayOrders(property: Property): boolean {
  const [isWhole, setWhole] = useState(false);
  useEffect(() => {
    let ended = false;
    void loadDayOrders(property).finally(() => {
      if (!ended) setWhole(true);
    });
    return () => {
      ended = true;
    };
  }, [property]);
  return isWhole;
}
