/* SPDX-License-Identifier: Apache-2.0 */
#include "dcep.h"

#include <string.h>

/* RFC 8832 section 5.1, by hand: unordered, 3 retransmissions, priority 256, "ab", "c". */
static const guint8 open_bytes[] = {0x03, 0x81, 0x01, 0x00, 0, 0, 0, 3, 0, 2, 0, 1, 'a', 'b', 'c'};

static void
test_parse(void)
{
  g_auto(BhDcepMessage) message = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) built = NULL;

  g_assert_true(bh_dcep_parse(open_bytes, sizeof open_bytes, &message, &error));
  g_assert_no_error(error);
  g_assert_cmpint(message.type, ==, BH_DCEP_OPEN);
  g_assert_true(message.unordered);
  g_assert_cmpint(message.max_retransmits, ==, 3);
  g_assert_cmpint(message.max_packet_lifetime_ms, ==, -1);
  g_assert_cmpuint(message.priority, ==, 256);
  g_assert_cmpstr(message.label, ==, "ab");
  g_assert_cmpstr(message.protocol, ==, "c");

  built = bh_dcep_build_open(&message);
  g_assert_cmpmem(open_bytes, sizeof open_bytes, g_bytes_get_data(built, NULL),
                  g_bytes_get_size(built));
}

static void
test_types(void)
{
  static const struct {
    guint8 type;
    gboolean unordered;
    gint retransmits, lifetime_ms;
  } cases[] = {{0x00, FALSE, -1, -1}, {0x80, TRUE, -1, -1}, {0x01, FALSE, 3, -1},
               {0x81, TRUE, 3, -1},   {0x02, FALSE, -1, 3}, {0x82, TRUE, -1, 3}};

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_auto(BhDcepMessage) message = {0};
    g_autoptr(GBytes) built = NULL;
    guint8 data[sizeof open_bytes];

    memcpy(data, open_bytes, sizeof data);
    data[1] = cases[i].type;
    g_assert_true(bh_dcep_parse(data, sizeof data, &message, NULL));
    g_assert_cmpint(message.unordered, ==, cases[i].unordered);
    g_assert_cmpint(message.max_retransmits, ==, cases[i].retransmits);
    g_assert_cmpint(message.max_packet_lifetime_ms, ==, cases[i].lifetime_ms);
    built = bh_dcep_build_open(&message);
    g_assert_cmpuint(((const guint8 *)g_bytes_get_data(built, NULL))[1], ==, cases[i].type);
  }
}

static void
check_refused(const guint8 *data, gsize length, BhDcepError code)
{
  BhDcepMessage message = {0};
  g_autoptr(GError) error = NULL;

  g_assert_false(bh_dcep_parse(data, length, &message, &error));
  g_assert_error(error, BH_DCEP_ERROR, (int)code);
  g_assert_null(message.label);
}

static void
test_refused(void)
{
  guint8 data[sizeof open_bytes + 1] = {0};

  for (gsize length = 0; length < sizeof open_bytes; length++)
    check_refused(open_bytes, length, BH_DCEP_ERROR_MALFORMED);
  memcpy(data, open_bytes, sizeof open_bytes);
  check_refused(data, sizeof data, BH_DCEP_ERROR_MALFORMED);
  data[12] = 0xff;
  check_refused(data, sizeof open_bytes, BH_DCEP_ERROR_MALFORMED);
  data[12] = 0;
  check_refused(data, sizeof open_bytes, BH_DCEP_ERROR_MALFORMED);
  data[12] = 'a';
  data[1] = 0x03;
  check_refused(data, sizeof open_bytes, BH_DCEP_ERROR_UNKNOWN);
  data[0] = 0x00;
  check_refused(data, sizeof open_bytes, BH_DCEP_ERROR_UNKNOWN);
}

static void
test_limits(void)
{
  g_auto(BhDcepMessage) message = {0};
  guint8 data[sizeof open_bytes];

  memcpy(data, open_bytes, sizeof data);
  memset(data + 4, 0xff, 4);
  g_assert_true(bh_dcep_parse(data, sizeof data, &message, NULL));
  g_assert_cmpint(message.max_retransmits, ==, G_MAXINT);
}

static void
test_ack(void)
{
  g_auto(BhDcepMessage) message = {0};

  g_assert_true(bh_dcep_parse((const guint8 *)"\x02", 1, &message, NULL));
  g_assert_cmpint(message.type, ==, BH_DCEP_ACK);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/dcep/parse", test_parse);
  g_test_add_func("/dcep/types", test_types);
  g_test_add_func("/dcep/refused", test_refused);
  g_test_add_func("/dcep/limits", test_limits);
  g_test_add_func("/dcep/ack", test_ack);
  return g_test_run();
}
