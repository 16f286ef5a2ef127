/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-history.h"

#include <string.h>

void
bh_house_history_add(BhHouseHistory *history, double value)
{
  if (history->n_values == BH_HOUSE_HISTORY_MAX) {
    memmove(history->values, history->values + 1,
            (BH_HOUSE_HISTORY_MAX - 1) * sizeof *history->values);
    history->n_values--;
  }
  history->values[history->n_values++] = value;
}
