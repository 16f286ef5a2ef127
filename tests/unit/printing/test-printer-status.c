/* SPDX-License-Identifier: Apache-2.0 */
#include "printer-status.h"

#include <string.h>

/* Feeds @bytes in pieces of @piece. */
static void
feed(BhPrinterStatus *status, const char *bytes, gsize length, gsize piece)
{
  for (gsize i = 0; i < length; i += piece)
    bh_printer_status_feed(status, (const guint8 *)bytes + i, MIN(piece, length - i));
}

static void
expect_all(BhPrinterStatus *status)
{
  bh_printer_status_expect(status, 1);
  bh_printer_status_expect(status, 2);
  bh_printer_status_expect(status, 4);
}

static void
test_real_time(void)
{
  static const struct {
    const char *answers;
    const char *trouble;
  } cases[] = {
      {"\x12\x12\x12", NULL},
      {"\x16\x12\x12", NULL},
      {"\x1a\x12\x12", "offline"},
      {"\x1a\x16\x12", "cover-open"},
      {"\x1a\x32\x72", "paper-out"},
      {"\x12\x32\x12", "paper-out"},
      {"\x12\x12\x72", "paper-out"},
      {"\x12\x12\x1e", NULL},
      {"\x1a\x52\x12", "printer-error"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    for (gsize piece = 1; piece <= 3; piece++) {
      BhPrinterStatus status;

      bh_printer_status_init(&status);
      expect_all(&status);
      feed(&status, cases[i].answers, 2, piece);
      g_assert_true(bh_printer_status_is_waiting(&status));
      feed(&status, cases[i].answers + 2, 1, piece);
      g_assert_false(bh_printer_status_is_waiting(&status));
      g_assert_cmpstr(bh_printer_status_get_trouble(&status), ==, cases[i].trouble);

      /* Mended. */
      expect_all(&status);
      feed(&status, "\x12\x12\x12", 3, piece);
      g_assert_null(bh_printer_status_get_trouble(&status));
      g_assert_true(status.is_heard);
    }
  }
}

static void
test_error_by_its_own_question(void)
{
  BhPrinterStatus status;

  bh_printer_status_init(&status);
  bh_printer_status_expect(&status, 3);
  feed(&status, "\x1a", 1, 1);
  g_assert_cmpstr(bh_printer_status_get_trouble(&status), ==, "printer-error");
}

static void
test_automatic(void)
{
  static const struct {
    const char bytes[4];
    const char *trouble;
  } cases[] = {
      {{0x10, 0x00, 0x00, 0x0f}, NULL},         {{0x18, 0x00, 0x00, 0x0f}, "offline"},
      {{0x38, 0x00, 0x00, 0x0f}, "cover-open"}, {{0x18, 0x00, 0x0c, 0x0f}, "paper-out"},
      {{0x10, 0x00, 0x03, 0x0f}, NULL},         {{0x18, 0x08, 0x00, 0x0f}, "printer-error"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    for (gsize piece = 1; piece <= 4; piece++) {
      BhPrinterStatus status;

      bh_printer_status_init(&status);
      feed(&status, cases[i].bytes, 4, piece);
      g_assert_true(status.is_heard);
      g_assert_cmpstr(bh_printer_status_get_trouble(&status), ==, cases[i].trouble);
      feed(&status, cases[0].bytes, 4, piece);
      g_assert_null(bh_printer_status_get_trouble(&status));
    }
  }
}

static void
test_confirmation_among_others(void)
{
  static const char bytes[] = "\x10\x00\x00\x0f"
                              "\x12"
                              "\x37\x22"
                              "ABCD\0"
                              "\x5f"
                              "TM-T88V\0"
                              "\x10\x00\x0c\x0f";

  for (gsize piece = 1; piece < sizeof bytes; piece++) {
    BhPrinterStatus status;

    bh_printer_status_init(&status);
    bh_printer_status_expect(&status, 1);
    feed(&status, bytes, sizeof bytes - 1, piece);
    g_assert_cmpstr(status.confirmed, ==, "ABCD");
    g_assert_cmpstr(bh_printer_status_get_trouble(&status), ==, "paper-out");
    feed(&status, "\x37\x22wxyz", 7, piece);
    g_assert_cmpstr(status.confirmed, ==, "wxyz");
  }
}

static void
test_what_is_no_confirmation(void)
{
  static const struct {
    const char *bytes;
    gsize length;
  } cases[] = {
      {"\x37\x22"
       "ABC\0",
       6},
      {"\x37\x22"
       "ABCDE\0",
       8},
      {"\x37\x21"
       "ABCD\0",
       7},
      {"\x37\x22"
       "ABCD",
       6},
      {"ABCD\0", 5},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    BhPrinterStatus status;

    bh_printer_status_init(&status);
    feed(&status, cases[i].bytes, cases[i].length, 1);
    g_assert_cmpstr(status.confirmed, ==, "");
  }
}

static void
test_noise_ends(void)
{
  g_autofree char *noise = g_malloc(1000);
  BhPrinterStatus status;

  /* A block without an end is given up. */
  memset(noise, 'x', 1000);
  noise[0] = 0x37;
  bh_printer_status_init(&status);
  feed(&status, noise, 1000, 7);
  feed(&status, "\x37\x22wxyz", 7, 1);
  g_assert_cmpstr(status.confirmed, ==, "wxyz");

  /* Answers that nobody asked for say nothing, nor do questions without number. */
  bh_printer_status_init(&status);
  feed(&status, "\x1a\x1a\x72", 3, 1);
  g_assert_null(bh_printer_status_get_trouble(&status));
  for (guint i = 0; i < 100; i++)
    bh_printer_status_expect(&status, 1);
  for (guint i = 0; i < BH_PRINTER_STATUS_MAX_ASKED; i++)
    feed(&status, "\x12", 1, 1);
  g_assert_false(bh_printer_status_is_waiting(&status));
}

static void
test_broken_automatic_status(void)
{
  BhPrinterStatus status;

  bh_printer_status_init(&status);
  bh_printer_status_expect(&status, 1);
  /* The first byte of one, then an answer: the answer counts. */
  feed(&status, "\x10\x1a", 2, 1);
  g_assert_cmpstr(bh_printer_status_get_trouble(&status), ==, "offline");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/printer-status/real-time", test_real_time);
  g_test_add_func("/printer-status/error", test_error_by_its_own_question);
  g_test_add_func("/printer-status/automatic", test_automatic);
  g_test_add_func("/printer-status/confirmation", test_confirmation_among_others);
  g_test_add_func("/printer-status/no-confirmation", test_what_is_no_confirmation);
  g_test_add_func("/printer-status/noise-ends", test_noise_ends);
  g_test_add_func("/printer-status/broken-automatic", test_broken_automatic_status);
  return g_test_run();
}
