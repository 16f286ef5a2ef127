/* SPDX-License-Identifier: Apache-2.0 */
#include "log-counts.h"

static void
test_share(void)
{
  BhLogCounts counts = {0};

  g_assert_cmpfloat(bh_log_counts_get_local_share(&counts), ==, 1.0);
  bh_log_counts_add(&counts, BH_LOG_WAY_CHANNEL, 2, 100);
  bh_log_counts_add(&counts, BH_LOG_WAY_RELAY, 1, 50);
  g_assert_cmpfloat(bh_log_counts_get_local_share(&counts), ==, 1.0);
  bh_log_counts_add(&counts, BH_LOG_WAY_CLOUD, 1, 50);
  g_assert_cmpfloat(bh_log_counts_get_local_share(&counts), ==, 0.75);
}

static void
test_description(void)
{
  BhLogCounts counts = {0};
  g_autoptr(json_t) described = NULL;
  g_autofree char *text = NULL;

  bh_log_counts_add(&counts, BH_LOG_WAY_HTTP, 3, 99);
  described = bh_log_counts_describe(&counts);
  text = bh_json_to_text(described);
  g_assert_cmpstr(text, ==,
                  "{\"operations\":{\"local-p2p\":0,\"hub-relay\":0,\"http\":3,\"cloud-relay\":0},"
                  "\"bytes\":{\"local-p2p\":0,\"hub-relay\":0,\"http\":99,\"cloud-relay\":0},"
                  "\"localShare\":1.0}");
}

static void
test_way(void)
{
  g_assert_cmpint(bh_log_way_find(BH_PATH_CHANNEL, FALSE), ==, BH_LOG_WAY_CHANNEL);
  g_assert_cmpint(bh_log_way_find(BH_PATH_HTTP, FALSE), ==, BH_LOG_WAY_HTTP);
  g_assert_cmpint(bh_log_way_find(BH_PATH_RELAY, FALSE), ==, BH_LOG_WAY_RELAY);
  g_assert_cmpint(bh_log_way_find(BH_PATH_CHANNEL, TRUE), ==, BH_LOG_WAY_CLOUD);
  g_assert_cmpint(bh_log_way_find(BH_PATH_HTTP, TRUE), ==, BH_LOG_WAY_CLOUD);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/log-counts/share", test_share);
  g_test_add_func("/log-counts/way", test_way);
  g_test_add_func("/log-counts/description", test_description);
  return g_test_run();
}
