/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "log-counts.h"

BhLogWay
bh_log_way_find(BhPath path, gboolean is_outside)
{
  if (path == BH_PATH_RELAY)
    return BH_LOG_WAY_RELAY;
  if (is_outside)
    return BH_LOG_WAY_CLOUD;
  return path == BH_PATH_HTTP ? BH_LOG_WAY_HTTP : BH_LOG_WAY_CHANNEL;
}

const char *
bh_log_way_get_name(BhLogWay way)
{
  static const char *const names[BH_N_LOG_WAYS] = {"local-p2p", "hub-relay", "http", "cloud-relay"};

  g_return_val_if_fail((guint)way < BH_N_LOG_WAYS, "");

  return names[way];
}

void
bh_log_counts_add(BhLogCounts *counts, BhLogWay way, guint64 operations, guint64 bytes)
{
  g_return_if_fail((guint)way < BH_N_LOG_WAYS);

  counts->operations[way] += operations;
  counts->bytes[way] += bytes;
}

double
bh_log_counts_get_local_share(const BhLogCounts *counts)
{
  guint64 total = 0;

  for (guint i = 0; i < BH_N_LOG_WAYS; i++)
    total += counts->operations[i];
  return total == 0 ? 1.0 : 1.0 - (double)counts->operations[BH_LOG_WAY_CLOUD] / (double)total;
}

static json_t *
describe(const guint64 *values)
{
  json_t *ways = json_object();

  for (guint i = 0; i < BH_N_LOG_WAYS; i++)
    json_object_set_new(ways, bh_log_way_get_name((BhLogWay)i),
                        json_integer((json_int_t)values[i]));
  return ways;
}

json_t *
bh_log_counts_describe(const BhLogCounts *counts)
{
  return json_pack("{s:o, s:o, s:f}", "operations", describe(counts->operations), "bytes",
                   describe(counts->bytes), "localShare", bh_log_counts_get_local_share(counts));
}
