/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "stamp.h"

#include <string.h>

void
bh_stamp_init(BhStamp *stamp, const BhOperation *op)
{
  stamp->ms = op->hlc_ms;
  stamp->counter = op->hlc_counter;
  stamp->seq = op->seq;
  g_strlcpy(stamp->log_id, op->log_id, sizeof stamp->log_id);
}

int
bh_stamp_compare(const BhStamp *a, const BhStamp *b)
{
  int order;

  if (a->ms != b->ms)
    return a->ms < b->ms ? -1 : 1;
  if (a->counter != b->counter)
    return a->counter < b->counter ? -1 : 1;
  order = strcmp(a->log_id, b->log_id);
  if (order != 0)
    return order;
  return (a->seq > b->seq) - (a->seq < b->seq);
}

const char *
bh_stamp_get_name(const BhStamp *stamp, char *out)
{
  g_snprintf(out, BH_STAMP_NAME_BYTES, "%s:%" G_GINT64_FORMAT, stamp->log_id, stamp->seq);
  return out;
}
