/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small values that replication is made of: positions, rates, the cache of what is new.
 */
#include "keyed-hash.h"
#include "log-positions.h"
#include "operation-cache.h"
#include "take-rate.h"

#define LOG_A "aaaaaaaaaaaaaaaaaaaaaa"
#define LOG_B "p.bbbbbbbbbbbbbbbbbbbbbb"

static BhLogPositions *
parse(const char *text)
{
  g_autoptr(json_t) value = json_loads(text, JSON_DECODE_ANY, NULL);

  return bh_log_positions_parse(value);
}

static void
test_positions(void)
{
  g_autoptr(BhLogPositions) positions = parse("{\"" LOG_B "\": 0, \"" LOG_A "\": 7}");
  g_autoptr(json_t) json = NULL;
  g_autofree char *text = NULL;

  g_assert_nonnull(positions);
  g_assert_cmpint(bh_log_positions_get(positions, LOG_A), ==, 7);
  g_assert_true(bh_log_positions_has(positions, LOG_B));
  g_assert_false(bh_log_positions_has(positions, "other"));
  g_assert_cmpint(bh_log_positions_get(positions, "other"), ==, 0);
  g_assert_false(bh_log_positions_raise(positions, LOG_A, 7));
  g_assert_true(bh_log_positions_raise(positions, LOG_A, 8));
  bh_log_positions_put(positions, LOG_A, 3);
  json = bh_log_positions_to_json(positions);
  text = bh_json_to_text(json);
  g_assert_cmpstr(text, ==, "{\"" LOG_A "\":3,\"" LOG_B "\":0}");
}

static void
test_foreign_positions(void)
{
  static const char *const bad[] = {
      "[]",
      "7",
      "{\"short\": 1}",
      "{\"" LOG_A "\": -1}",
      "{\"" LOG_A "\": 1.5}",
      "{\"" LOG_A "\": \"1\"}",
      "{\"" LOG_A "\": null}",
      "{\"" LOG_A "\": 9007199254740992}",
  };

  g_assert_null(bh_log_positions_parse(NULL));
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    g_assert_null(parse(bad[i]));
}

static void
test_rate(void)
{
  g_autoptr(BhTakeRate) rate = bh_take_rate_new();

  g_assert_cmpint(bh_take_rate_take(rate, "a", BH_TAKE_RATE_BURST_OPERATIONS, 0, 0), ==, 0);
  /* 64 of them come back in 128 ms; nothing of what was refused counts. */
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint(bh_take_rate_take(rate, "a", 64, 0, 0), ==, 128);
  g_assert_cmpint(bh_take_rate_take(rate, "b", 64, 0, 0), ==, 0);
  g_assert_cmpint(bh_take_rate_take(rate, "a", 64, 0, 127), ==, 1);
  g_assert_cmpint(bh_take_rate_take(rate, "a", 64, 0, 128), ==, 0);
  /* Years later, and with a clock that went back. */
  g_assert_cmpint(bh_take_rate_take(rate, "a", 20000, 0, G_GINT64_CONSTANT(1) << 40), ==, 0);
  g_assert_cmpint(bh_take_rate_take(rate, "a", 1, 0, 5), ==, 2);
}

static void
test_rate_bytes(void)
{
  g_autoptr(BhTakeRate) rate = bh_take_rate_new();

  g_assert_cmpint(bh_take_rate_take(rate, "a", 1, BH_TAKE_RATE_BURST_BYTES, 0), ==, 0);
  g_assert_cmpint(bh_take_rate_take(rate, "a", 1, BH_TAKE_RATE_BYTES_PER_SECOND, 0), ==, 1000);
  g_assert_cmpint(bh_take_rate_take(rate, "a", 1, BH_TAKE_RATE_BYTES_PER_SECOND, 1000), ==, 0);
}

/* Devices that were quiet are forgotten, those that were not are still held to their rate. */
static void
test_rate_many(void)
{
  g_autoptr(BhTakeRate) rate = bh_take_rate_new();

  g_assert_cmpint(bh_take_rate_take(rate, "busy", BH_TAKE_RATE_BURST_OPERATIONS, 0, 0), ==, 0);
  for (guint i = 0; i < 10000; i++) {
    g_autofree char *device = g_strdup_printf("device-%u", i);

    g_assert_cmpint(bh_take_rate_take(rate, device, 1, 1, i), ==, 0);
  }
  g_assert_cmpint(bh_take_rate_take(rate, "busy", BH_TAKE_RATE_BURST_OPERATIONS, 0, 10000), >, 0);
}

static BhOperation *
make_stub(const char *log_id, gint64 seq)
{
  return bh_operation_new_redacted(log_id, seq, "order/1", "ann", BH_ROLE_STAFF, NULL);
}

static void
test_cache(void)
{
  g_autoptr(BhOperationCache) cache = bh_operation_cache_new();

  for (gint64 seq = 1; seq <= BH_OPERATION_CACHE_MAX + 10; seq++) {
    g_autoptr(BhOperation) op = make_stub(LOG_A, seq);

    bh_operation_cache_add(cache, op);
    bh_operation_cache_add(cache, op);
  }
  g_assert_null(bh_operation_cache_find(cache, LOG_A, 10));
  g_assert_nonnull(bh_operation_cache_find(cache, LOG_A, 11));
  g_assert_null(bh_operation_cache_find(cache, LOG_B, 11));
  bh_operation_cache_remove(cache, LOG_A, 12);
  bh_operation_cache_remove(cache, LOG_A, 12);
  g_assert_null(bh_operation_cache_find(cache, LOG_A, 12));
  /* Put back after it was taken away; the old one's turn to go does not take the new one along. */
  for (gint64 seq = 11; seq <= 12; seq++) {
    g_autoptr(BhOperation) op = make_stub(LOG_A, seq);

    bh_operation_cache_add(cache, op);
  }
  for (gint64 seq = 1; seq <= 5; seq++) {
    g_autoptr(BhOperation) op = make_stub(LOG_B, seq);

    bh_operation_cache_add(cache, op);
  }
  g_assert_nonnull(bh_operation_cache_find(cache, LOG_A, 12));
}

static void
test_hash(void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

  g_assert_cmpuint(bh_keyed_hash("order/1"), ==, bh_keyed_hash("order/1"));
  for (guint i = 0; i < 4096; i++) {
    g_autofree char *text = g_strdup_printf("%u", i);

    g_hash_table_add(seen, GUINT_TO_POINTER(bh_keyed_hash(text)));
  }
  g_assert_cmpuint(g_hash_table_size(seen), >, 4080);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/replication-parts/positions", test_positions);
  g_test_add_func("/replication-parts/foreign-positions", test_foreign_positions);
  g_test_add_func("/replication-parts/rate", test_rate);
  g_test_add_func("/replication-parts/rate-bytes", test_rate_bytes);
  g_test_add_func("/replication-parts/rate-many", test_rate_many);
  g_test_add_func("/replication-parts/cache", test_cache);
  g_test_add_func("/replication-parts/hash", test_hash);
  return g_test_run();
}
