/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "comparison-list.h"

struct _BhComparisonList {
  GPtrArray *items; /* of BhComparison, oldest first */
};

BhComparisonList *
bh_comparison_list_new(void)
{
  BhComparisonList *list = g_new0(BhComparisonList, 1);

  list->items = g_ptr_array_new_with_free_func((GDestroyNotify)bh_comparison_free);
  return list;
}

void
bh_comparison_list_free(BhComparisonList *list)
{
  g_ptr_array_unref(list->items);
  g_free(list);
}

gboolean
bh_comparison_list_may_add(BhComparisonList *list, const char *address)
{
  guint live = 0, here = 0;

  for (guint i = 0; i < list->items->len; i++) {
    const BhComparison *item = list->items->pdata[i];

    if (!bh_comparison_is_live(item))
      continue;
    live++;
    here += g_str_equal(item->address, address != NULL ? address : "");
  }
  return live < BH_COMPARISON_LIST_MAX_LIVE && here < BH_COMPARISON_LIST_MAX_LIVE_AN_ADDRESS;
}

void
bh_comparison_list_take(BhComparisonList *list, BhComparison *comparison)
{
  for (guint i = 0; list->items->len >= BH_COMPARISON_LIST_MAX && i < list->items->len;) {
    if (bh_comparison_is_live(list->items->pdata[i]))
      i++;
    else
      g_ptr_array_remove_index(list->items, i);
  }
  g_ptr_array_add(list->items, comparison);
}

BhComparison *
bh_comparison_list_find(BhComparisonList *list, const char *request_id)
{
  for (guint i = 0; i < list->items->len; i++) {
    BhComparison *item = list->items->pdata[i];

    if (g_str_equal(item->request_id, request_id))
      return item;
  }
  return NULL;
}

BhComparison *
bh_comparison_list_find_by_code(BhComparisonList *list, const char *code)
{
  BhComparison *found = NULL;

  for (guint i = 0; i < list->items->len; i++) {
    BhComparison *item = list->items->pdata[i];

    if (item->state != BH_COMPARISON_OPEN || !g_str_equal(item->code, code))
      continue;
    if (found != NULL)
      return NULL;
    found = item;
  }
  return found;
}

gboolean
bh_comparison_list_expire(BhComparisonList *list, gint64 run_ms)
{
  gboolean was_open = FALSE;

  for (guint i = list->items->len; i-- > 0;) {
    const BhComparison *item = list->items->pdata[i];

    /* A commit under way has the last word. */
    if (item->deadline_ms > run_ms || item->state == BH_COMPARISON_ACCEPTING)
      continue;
    was_open |= item->state == BH_COMPARISON_OPEN;
    g_ptr_array_remove_index(list->items, i);
  }
  return was_open;
}

gint64
bh_comparison_list_get_deadline_ms(BhComparisonList *list)
{
  gint64 deadline_ms = G_MAXINT64;

  for (guint i = 0; i < list->items->len; i++) {
    const BhComparison *item = list->items->pdata[i];

    if (item->state != BH_COMPARISON_ACCEPTING)
      deadline_ms = MIN(deadline_ms, item->deadline_ms);
  }
  return deadline_ms;
}

json_t *
bh_comparison_list_describe(BhComparisonList *list, gint64 run_ms)
{
  json_t *array = json_array();

  for (guint i = 0; i < list->items->len; i++) {
    const BhComparison *item = list->items->pdata[i];

    if (item->state == BH_COMPARISON_OPEN)
      json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:I}", "requestId",
                                             item->request_id, "code", item->code, "name",
                                             item->name, "address", item->address, "ageMs",
                                             (json_int_t)(run_ms - item->created_ms)));
  }
  return array;
}
